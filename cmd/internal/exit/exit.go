// Package exit has the codes that both programs end with. The README prints
// them as its table of exit codes, and a test holds the two together.
//
// Codes from 65 on are those of sysexits.h (4.3BSD, 1993), which scripts and
// service managers already know; 2 for a wrong command line and 130 for what was
// interrupted (128 and the number of SIGINT) are the shells' own.
package exit

// The codes.
const (
	OK           = 0
	Failure      = 1
	Usage        = 2
	BadData      = 65
	NoInput      = 66
	Unavailable  = 69
	Crash        = 70
	IO           = 74
	PortTaken    = 75
	NotPermitted = 77
	Config       = 78
	Interrupted  = 130
)

// Code is one row of the table.
type Code struct {
	Code          int
	Name, Meaning string
}

// Table holds every code once, in rising order, as the README prints it.
var Table = []Code{
	{OK, "ok", "the work is done; also a flight that SIGINT or SIGTERM ended"},
	{Failure, "failure", "something failed that has no code of its own; the line before tells what"},
	{Usage, "usage", "unknown command, flag, body, scene or time on the command line"},
	{BadData, "bad data", "a file is there and readable, but corrupt or of another version"},
	{NoInput, "no input", "a file that was named is missing or cannot be read"},
	{Unavailable, "unavailable", "no display, no headset or no runtime of one, no EGL library, no OpenGL or one older than 4.1; a runtime that does not return; spacectl: no running program answers"},
	{Crash, "crash", "a mistake of the program; a crash report was written and is named"},
	{IO, "i/o", "reading or writing failed on the way: disk full, device gone"},
	{PortTaken, "port taken", "the API's address, or the database, is in use by another program; end it, or try again later"},
	{NotPermitted, "not permitted", "the operating system or the API refused the right"},
	{Config, "configuration", "a setting from the environment or a file is not valid; an address that others would reach unprotected; spacectl: a certificate that is not trusted"},
	{Interrupted, "interrupted", "SIGINT or SIGTERM came before the verdict of `spacetime sim run`"},
}
