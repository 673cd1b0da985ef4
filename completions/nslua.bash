# bash completion for nslua

_nslua()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} IFS=$'\n'
	case $prev in
	--color)
		COMPREPLY=($(compgen -W $'auto\nalways\nnever' -- "$cur"))
		return
		;;
	--unshare)
		local done=
		[[ $cur == *,* ]] && done=${cur%,*},
		COMPREPLY=($(compgen -P "$done" -W $'user\nmnt\npid\nnet\nuts\nipc\ncgroup\ntime' -- "${cur##*,}"))
		return
		;;
	-e | -l | --complete)
		return
		;;
	doc)
		COMPREPLY=($(compgen -W "$(nslua --complete "$cur" 2>/dev/null | cut -f1 | sed "s/^/${cur%"${cur##*.}"}/")" -- "$cur"))
		return
		;;
	esac
	if [[ $cur == -* ]]; then
		COMPREPLY=($(compgen -W $'-e\n-l\n-i\n-U\n-h\n--unshare\n--trace\n--check\n--explain\n--json\n--color\n--complete\n--version\n--help' -- "$cur"))
		return
	fi
	COMPREPLY=($(compgen -f -X '!*.lua' -- "$cur") $(compgen -d -- "$cur"))
	if ((COMP_CWORD == 1)); then
		COMPREPLY+=($(compgen -W $'doc\nstubs\ngc\ndoctor' -- "$cur"))
	fi
}
complete -o filenames -F _nslua nslua
