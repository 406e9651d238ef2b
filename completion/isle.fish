# SPDX-License-Identifier: LGPL-2.1-or-later
# fish completion for isle; made by `isle completion fish`
function __isle
	set -l words (commandline -opc) (commandline -ct)
	set -l option (string match -r -- '^--[a-z-]+=' $words[-1])
	set -l value (string replace -- "$option" '' $words[-1])
	for line in ($words[1] complete -- $words[2..-1] 2>/dev/null)
		switch $line
		case :files
			__fish_complete_path "$value" | string replace -r -- '^' "$option"
		case :programs
			__fish_complete_command
		case '*'
			echo "$option$line"
		end
	end
end
complete -c isle -f -a '(__isle)'
