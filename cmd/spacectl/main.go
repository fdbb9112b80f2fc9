// Command spacectl is the operator's command line: it asks the running program
// how it does, changes what it shows and says who may do so, over its HTTP API. It
// draws nothing and links no C, so that it runs where there is no GL.
//
// It finds the program by the instance file that the program writes for its
// user, or by --url. It may do what the user's login there may (spacectl login),
// or what a token or an API key may (--token-file); on the machine of the program,
// whoever can read its key file needs neither.
package main

import (
	"os"

	"github.com/alecthomas/kong"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

func main() {
	os.Exit(run(os.Args[1:], newConsole()))
}

// grammar is the command line.
type grammar struct {
	Status statusCommand `cmd:"" help:"Say how the running program does and what it shows."`
	Scenes scenesCommand `cmd:"" help:"List the scenes."`
	Scene  sceneCommand  `cmd:"" help:"Load a scene."`
	Time   timeCommand   `cmd:"" help:"Set the simulated date and how it runs."`
	Camera cameraCommand `cmd:"" help:"Move the ship and turn it."`
	Shot   shotCommand   `cmd:"" help:"Save a picture of what is drawn now."`

	Watch    watchCommand    `cmd:"" help:"Show live how the program does."`
	Logs     logsCommand     `cmd:"" help:"Print the program's log."`
	Verify   verifyCommand   `cmd:"" help:"Check the running program and say GO or NO-GO."`
	Features featuresCommand `cmd:"" help:"Exercise the program's features from end to end."`

	Login    loginCommand    `cmd:"" help:"Log in to a program, or make the account that a pairing code is for."`
	Logout   logoutCommand   `cmd:"" help:"End the login."`
	Pair     pairCommand     `cmd:"" help:"Show a code with which somebody makes an account."`
	Token    tokenCommand    `cmd:"" help:"Make tokens for scripts, and look at them."`
	Users    usersCommand    `cmd:"" help:"Say who may log in."`
	Keys     keysCommand     `cmd:"" help:"The API keys of other programs."`
	Sessions sessionsCommand `cmd:"" help:"Who is logged in."`

	Allowlist allowlistCommand `cmd:"" help:"The scenes that may be shown."`
	Bans      bansCommand      `cmd:"" help:"The addresses that are kept out."`
	Alerts    alertsCommand    `cmd:"" help:"List what the intrusion detection noticed."`
	Audit     auditCommand     `cmd:"" help:"The log of who changed what."`
	Security  securityCommand  `cmd:"" help:"The keys of a stopped program."`
	Cache     cacheCommand     `cmd:"" help:"The program's cache of answers."`
	Database  databaseCommand  `cmd:"" help:"Back up what the program knows of its users."`

	LAN        lanCommand        `cmd:"" name:"lan" help:"Let other machines on the network ask, or none."`
	Certs      certsCommand      `cmd:"" help:"The certificates by which other machines trust this one."`
	Completion completionCommand `cmd:"" help:"Print a script that completes command lines."`
	Version    versionCommand    `cmd:"" help:"Print the versions of this and of the running program."`

	connection
}

const description = `Operate the running SpaceTime VR.

Examples:
  spacectl status
  spacectl scene saturn --at 2026-11-22T00:00:00Z
  spacectl camera --body saturn --distance "600000 km" --angle 30deg
  spacectl shot -o saturn.png
  spacectl login --url https://planetarium.local:8080 --ca-file ca.pem --name anna

It ends with 0 when the work is done, 2 for a wrong command line, 69 when no program
answers, 77 when a right is lacking; the README has all exit codes.`

// run runs the command line args and returns the exit code.
func run(args []string, c *console) int {
	defer c.close()
	return exit.Tell(c.err, "spacectl", execute(args, c))
}

func execute(args []string, c *console) error {
	var g grammar
	line, err := exit.Parse(&g, args, c.out, c.err, kong.Name("spacectl"), kong.Description(description),
		kong.Bind(c, &g.connection), kong.WithHyphenPrefixedParameters(true))
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	return line.Run()
}
