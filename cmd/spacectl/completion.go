package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// completionCommand is `spacectl completion`.
type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

func (*completionCommand) Help() string {
	return "Load it from the shell's start file: source <(spacectl completion bash), the same with zsh, or spacectl completion fish | source.\n\n" +
		"Example:\n\n  spacectl completion bash"
}

func (s *completionCommand) Run(con *console, line *kong.Context) error {
	words := wordsOf(line.Model.Node)
	switch s.Shell {
	case "fish":
		return writeFish(con.out, words)
	case "zsh":
		fmt.Fprintln(con.out, "autoload -Uz compinit bashcompinit && compinit && bashcompinit")
	}
	return writeBash(con.out, words)
}

// places are the words that may follow each command, by its path: "" for the top,
// "users add" for a command of a command.
type places struct {
	paths []string
	words map[string][]string
	// values are what flags take, by path and flag: "users add --role".
	keys   []string
	values map[string][]string
}

func wordsOf(top *kong.Node) *places {
	p := &places{words: map[string][]string{}, values: map[string][]string{}}
	p.visit(top, "", nil)
	return p
}

func (p *places) visit(n *kong.Node, path string, inherited []*kong.Flag) {
	flags := append(inherited[:len(inherited):len(inherited)], n.Flags...)
	p.paths = append(p.paths, path)
	for _, child := range n.Children {
		p.words[path] = append(p.words[path], child.Name)
		p.visit(child, strings.TrimSpace(path+" "+child.Name), flags)
	}
	for _, flag := range flags {
		p.words[path] = append(p.words[path], "--"+flag.Name)
		if !flag.IsBool() {
			p.take(path+" --"+flag.Name, flag.Value)
		}
	}
	for _, arg := range n.Positional {
		if arg.Enum != "" {
			p.words[path] = append(p.words[path], choices(arg)...)
		}
	}
}

// take notes what a flag takes: one of a few words, or a file's name.
func (p *places) take(key string, v *kong.Value) {
	p.keys = append(p.keys, key)
	p.values[key] = choices(v)
}

func choices(v *kong.Value) (all []string) {
	for word := range strings.SplitSeq(v.Enum, ",") {
		if word != "" {
			all = append(all, word)
		}
	}
	return all
}

// writeBash writes a function that walks the words before the cursor along the
// commands, and offers what may follow.
func writeBash(w io.Writer, p *places) error {
	var b strings.Builder
	b.WriteString("_spacectl() {\n  local at=\"\" word offers i cur=\"${COMP_WORDS[COMP_CWORD]}\"\n")
	b.WriteString("  for ((i = 1; i < COMP_CWORD; i++)); do\n    word=\"${COMP_WORDS[i]}\"\n    case \"${at:+$at }$word\" in\n")
	for _, path := range p.paths[1:] {
		fmt.Fprintf(&b, "      %q) at=%q ;;\n", path, path)
	}
	b.WriteString("    esac\n  done\n  case \"$at ${COMP_WORDS[COMP_CWORD-1]}\" in\n")
	for _, key := range p.keys {
		reply := `$(compgen -f -- "$cur")`
		if values := p.values[key]; len(values) > 0 {
			reply = fmt.Sprintf(`$(compgen -W %q -- "$cur")`, strings.Join(values, " "))
		}
		fmt.Fprintf(&b, "    %q) COMPREPLY=(%s); return ;;\n", key, reply)
	}
	b.WriteString("  esac\n  case \"$at\" in\n")
	for _, path := range p.paths {
		fmt.Fprintf(&b, "    %q) offers=%q ;;\n", path, strings.Join(p.words[path], " "))
	}
	b.WriteString("  esac\n  COMPREPLY=($(compgen -W \"$offers\" -- \"$cur\"))\n}\ncomplete -F _spacectl spacectl\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// writeFish writes the same for fish, which asks a function where it is.
func writeFish(w io.Writer, p *places) error {
	var b strings.Builder
	b.WriteString("function __spacectl_at\n  set -l at \"\"\n  for word in (commandline -opc)[2..-1]\n    switch (string trim -- \"$at $word\")\n")
	fmt.Fprintf(&b, "      case '%s'\n        set at (string trim -- \"$at $word\")\n", strings.Join(p.paths[1:], "' '"))
	b.WriteString("    end\n  end\n  test \"$at\" = \"$argv\"\nend\n")
	for _, path := range p.paths {
		for _, word := range p.words[path] {
			flag, isFlag := strings.CutPrefix(word, "--")
			condition := fmt.Sprintf("complete -c spacectl -n '__spacectl_at %s'", path)
			values, takes := p.values[path+" "+word]
			switch {
			case !isFlag:
				fmt.Fprintf(&b, "%s -f -a '%s'\n", condition, word)
			case len(values) > 0:
				fmt.Fprintf(&b, "%s -l %s -x -a '%s'\n", condition, flag, strings.Join(values, " "))
			case takes:
				fmt.Fprintf(&b, "%s -l %s -r\n", condition, flag)
			default:
				fmt.Fprintf(&b, "%s -l %s\n", condition, flag)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
