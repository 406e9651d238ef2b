/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what a shell sources to complete isle's words. The scripts know nothing
 * about commands and options; they ask `isle complete` (complete.c).
 */
#include "cli/cli.h"

static const char bash[] =
	"# SPDX-License-Identifier: LGPL-2.1-or-later\n"
	"# bash completion for isle; made by `isle completion bash`\n"
	"_isle()\n"
	"{\n"
	"\tlocal -a words=()\n"
	"\tlocal i word line value cut='' glue=''\n"
	"\t# readline takes words apart at ':' and '='; isle has docker:NAME and --option=VALUE\n"
	"\tfor ((i = 1; i <= COMP_CWORD; i++)); do\n"
	"\t\tword=${COMP_WORDS[i]}\n"
	"\t\tif [[ ${#words[@]} -gt 0 && ( -n $glue || $word =~ ^[:=]+$ ) ]]; then\n"
	"\t\t\twords[-1]+=$word\n"
	"\t\telse\n"
	"\t\t\twords+=(\"$word\")\n"
	"\t\tfi\n"
	"\t\t[[ $word =~ ^[:=]+$ ]] && glue=1 || glue=''\n"
	"\tdone\n"
	"\tword=${words[-1]} value=${words[-1]}\n"
	"\t[[ $word == --*=* ]] && value=${word#*=}\n"
	"\t[[ $word != -* && $value == *=* && $COMP_WORDBREAKS == *=* ]] && cut=${value%\"${value##*=}\"}\n"
	"\t[[ $value == *:* && $COMP_WORDBREAKS == *:* ]] && cut=${value%\"${value##*:}\"}\n"
	"\tCOMPREPLY=()\n"
	"\twhile IFS= read -r line; do\n"
	"\t\tcase $line in\n"
	"\t\t:files) compopt -o filenames; mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"$value\") ;;\n"
	"\t\t:programs) mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -c -f -- \"$value\") ;;\n"
	"\t\t*) COMPREPLY+=(\"${line%%$'\\t'*}\") ;;\n"
	"\t\tesac\n"
	"\tdone < <(\"${COMP_WORDS[0]}\" complete -- \"${words[@]}\" 2>/dev/null)\n"
	"\tCOMPREPLY=(\"${COMPREPLY[@]#\"$cut\"}\")\n"
	"\t[[ $word == --*=* && $COMP_WORDBREAKS != *=* ]] && COMPREPLY=(\"${COMPREPLY[@]/#/${word%%=*}=}\")\n"
	"\t[[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *[:=] ]] || compopt -o nospace\n"
	"}\n"
	"complete -F _isle isle\n";

static const char zsh[] =
	"#compdef isle\n"
	"# SPDX-License-Identifier: LGPL-2.1-or-later\n"
	"# zsh completion for isle; made by `isle completion zsh`\n"
	"_isle()\n"
	"{\n"
	"\tlocal line files programs\n"
	"\tlocal -a found\n"
	"\tfor line in ${(f)\"$(${words[1]} complete -- \"${(@)words[2,CURRENT]}\" 2>/dev/null)\"}; do\n"
	"\t\tcase $line in\n"
	"\t\t:files) files=1 ;;\n"
	"\t\t:programs) programs=1 ;;\n"
	"\t\t*) found+=(\"${${line//:/\\\\:}/$'\\t'/:}\") ;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"\tcompset -P '--*='\n"
	"\t(( $#found )) && _describe isle found\n"
	"\t[[ -n $files ]] && _files\n"
	"\t[[ -n $programs ]] && { _command_names -e; _files }\n"
	"}\n"
	"[[ $funcstack[1] == _isle ]] && _isle || compdef _isle isle\n";

static const char fish[] =
	"# SPDX-License-Identifier: LGPL-2.1-or-later\n"
	"# fish completion for isle; made by `isle completion fish`\n"
	"function __isle\n"
	"\tset -l words (commandline -opc) (commandline -ct)\n"
	"\tset -l option (string match -r -- '^--[a-z-]+=' $words[-1])\n"
	"\tset -l value (string replace -- \"$option\" '' $words[-1])\n"
	"\tfor line in ($words[1] complete -- $words[2..-1] 2>/dev/null)\n"
	"\t\tswitch $line\n"
	"\t\tcase :files\n"
	"\t\t\t__fish_complete_path \"$value\" | string replace -r -- '^' \"$option\"\n"
	"\t\tcase :programs\n"
	"\t\t\t__fish_complete_command\n"
	"\t\tcase '*'\n"
	"\t\t\techo \"$option$line\"\n"
	"\t\tend\n"
	"\tend\n"
	"end\n"
	"complete -c isle -f -a '(__isle)'\n";

const char *cli_script(const char *shell)
{
	return !strcmp(shell, "bash") ? bash : !strcmp(shell, "zsh") ? zsh : !strcmp(shell, "fish") ? fish : NULL;
}

int cmd_completion(struct cli *c)
{
	const char *script = cli_script(c->args[0]);

	if (!script) {
		cli_wrong(c, "no completion for '%s'", c->args[0]);
		isle_hint(c->diag, "there is one for bash, zsh and fish");
		return CLI_WRONG;
	}
	fputs(script, stdout);
	return CLI_OK;
}
