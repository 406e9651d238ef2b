# SPDX-License-Identifier: LGPL-2.1-or-later
# bash completion for isle; made by `isle completion bash`
_isle()
{
	local -a words=()
	local i word line value cut='' glue=''
	# readline takes words apart at ':' and '='; isle has docker:NAME and --option=VALUE
	for ((i = 1; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [[ ${#words[@]} -gt 0 && ( -n $glue || $word =~ ^[:=]+$ ) ]]; then
			words[-1]+=$word
		else
			words+=("$word")
		fi
		[[ $word =~ ^[:=]+$ ]] && glue=1 || glue=''
	done
	word=${words[-1]} value=${words[-1]}
	[[ $word == --*=* ]] && value=${word#*=}
	[[ $word != -* && $value == *=* && $COMP_WORDBREAKS == *=* ]] && cut=${value%"${value##*=}"}
	[[ $value == *:* && $COMP_WORDBREAKS == *:* ]] && cut=${value%"${value##*:}"}
	COMPREPLY=()
	while IFS= read -r line; do
		case $line in
		:files) compopt -o filenames; mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$value") ;;
		:programs) mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -c -f -- "$value") ;;
		*) COMPREPLY+=("${line%%$'\t'*}") ;;
		esac
	done < <("${COMP_WORDS[0]}" complete -- "${words[@]}" 2>/dev/null)
	COMPREPLY=("${COMPREPLY[@]#"$cut"}")
	[[ $word == --*=* && $COMP_WORDBREAKS != *=* ]] && COMPREPLY=("${COMPREPLY[@]/#/${word%%=*}=}")
	[[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *[:=] ]] || compopt -o nospace
}
complete -F _isle isle
