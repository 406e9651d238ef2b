# SPDX-License-Identifier: LGPL-2.1-or-later
# bash completion for isle; made by `isle completion bash`
_isle()
{
	local cur=${COMP_WORDS[COMP_CWORD]} line
	COMPREPLY=()
	while IFS= read -r line; do
		case $line in
		:files) compopt -o filenames; mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$cur") ;;
		:programs) mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -c -f -- "$cur") ;;
		*) COMPREPLY+=("${line%%$'\t'*}") ;;
		esac
	done < <("${COMP_WORDS[0]}" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _isle isle
