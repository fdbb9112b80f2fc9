package checks

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const dependencyPage = "docs/dependencies.md"

// dependencyRule holds the page of dependencies to what is really required:
// every requirement has its line with a reason, every line its requirement.
func dependencyRule(t Tree) (found []string) {
	for _, section := range []struct {
		heading, file string
		required      []string
	}{
		{"Go modules", "go.mod", directModules(t["go.mod"])},
		{"Tools", "build/tools.mod", toolPackages(t["build/tools.mod"])},
		{"Debian packages", "build/linux/deps.sh", debianPackages(t["build/linux/deps.sh"])},
	} {
		documented := reasons(t[dependencyPage], section.heading)
		for _, name := range section.required {
			if !slices.Contains(documented, name) {
				found = append(found, fmt.Sprintf("%s: %s has no line under %q in %s", section.file, name, section.heading, dependencyPage))
			}
		}
		for _, name := range documented {
			if !slices.Contains(section.required, name) {
				found = append(found, fmt.Sprintf("%s: %s is not required by %s", dependencyPage, name, section.file))
			}
		}
	}
	return found
}

var requirement = regexp.MustCompile(`(?m)^(?:require)?\s+([^\s()]+\.[^\s()]+) v\S+$`)

// directModules lists the modules that go.mod requires and does not mark as
// indirect.
func directModules(gomod string) []string { return firstGroups(requirement, gomod) }

var tool = regexp.MustCompile(`(?m)^(?:tool)?\s+([^\s()]+/[^\s()]+)$`)

func toolPackages(toolsMod string) []string { return firstGroups(tool, toolsMod) }

var debianPackage = regexp.MustCompile(`(?m)^[a-z]+ +([a-z0-9.+-]+) +[a-z]+:\S+$`)

// debianPackages reads the table in deps.sh: purpose, package, probe.
func debianPackages(script string) []string { return firstGroups(debianPackage, script) }

var reason = regexp.MustCompile("(?m)^- `([^`]+)`: \\S+")

// reasons lists the names that have a line with a reason under a heading.
func reasons(page, heading string) []string {
	_, section, _ := strings.Cut(page, "\n## "+heading+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	return firstGroups(reason, section)
}

func firstGroups(pattern *regexp.Regexp, text string) []string {
	var names []string
	for _, m := range pattern.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return names
}
