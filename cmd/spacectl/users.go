package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// usersCommand is `spacectl users`.
type usersCommand struct {
	List   usersListCommand   `cmd:"" help:"List who may log in."`
	Add    usersAddCommand    `cmd:"" help:"Add a user."`
	Set    usersSetCommand    `cmd:"" help:"Change a user's role or password, or lock one out."`
	Remove usersRemoveCommand `cmd:"" help:"Remove a user."`
}

// usersListCommand is `spacectl users list`.
type usersListCommand struct{}

func (*usersListCommand) Help() string { return "Example:\n\n  spacectl users list" }

func (*usersListCommand) Run(con *console, n *connection) error {
	titles := []string{"NAME", "ROLE", "STATE", "CREATED", "ID"}
	return tell(con, n, listUsers, titles, func(u api.User) []string {
		state := "active"
		if u.Disabled {
			state = "locked out"
		}
		return []string{u.Name, string(u.Role), state, at(u.Created), u.ID}
	})
}

// tell prints a list of the API.
func tell[T any](con *console, n *connection, o lists[T], titles []string, row func(T) []string) error {
	c, err := n.open(con)
	if err != nil {
		return err
	}
	items, err := list(context.Background(), c, o)
	if err != nil {
		return err
	}
	return printList(con.out, n.JSON, items, titles, row)
}

// find returns the item that one of its texts names: its id, or what people call
// it.
func find[T any](ctx context.Context, c *client, o lists[T], name string, texts func(T) []string) (T, error) {
	var found []T
	items, err := list(ctx, c, o)
	for _, item := range items {
		if slices.Contains(texts(item), name) {
			found = append(found, item)
		}
	}
	switch {
	case err != nil:
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		err = exit.With(exit.Usage, fmt.Errorf("%q names %d of them: give the id", name, len(found)))
	default:
		err = exit.With(exit.Usage, fmt.Errorf("there is no %q", name))
	}
	var none T
	return none, err
}

func findUser(ctx context.Context, c *client, name string) (api.User, error) {
	return find(ctx, c, listUsers, name, func(u api.User) []string { return []string{u.ID, u.Name} })
}

// usersAddCommand is `spacectl users add`.
type usersAddCommand struct {
	Name string `arg:"" help:"Of the user."`
	Role string `placeholder:"ROLE" required:"" enum:"viewer,operator,maintainer,admin" help:"What the user may do: viewer, operator, maintainer or admin."`
	passwordFlag
}

func (*usersAddCommand) Help() string {
	return "To let somebody choose a password, use spacectl pair instead.\n\nExample:\n\n  spacectl users add ben --role operator --password-file ben.txt"
}

func (u *usersAddCommand) Run(con *console, n *connection) error {
	c, err := n.open(con)
	if err != nil {
		return err
	}
	password, err := u.password(con, true)
	if err != nil {
		return err
	}
	_, a, err := createUser.ask(context.Background(), c, userRequest{Name: u.Name, Password: password, Role: u.Role})
	if err != nil {
		return err
	}
	return printDone(con, n, rawJSON(a), "%s may log in, as %s", u.Name, u.Role)
}

// userRequest adds a user.
type userRequest struct {
	Name     string `json:"name"`
	Password string `json:"password"`
	Role     string `json:"role"`
}

// usersSetCommand is `spacectl users set`.
type usersSetCommand struct {
	Name     string `arg:"" help:"Of the user, or the id."`
	Role     string `placeholder:"ROLE" enum:",viewer,operator,maintainer,admin" default:"" help:"The new role: viewer, operator, maintainer or admin."`
	Disable  bool   `xor:"disabled" help:"Lock the user out."`
	Enable   bool   `xor:"disabled" help:"Let the user in again."`
	Password bool   `help:"Ask for a new password."`
	passwordFlag
}

func (*usersSetCommand) Help() string {
	return "A new role or password, and locking out, end the user's logins.\n\nExample:\n\n  spacectl users set ben --role maintainer"
}

// Validate asks for something to change.
func (u *usersSetCommand) Validate() error {
	if u.Role == "" && !u.Disable && !u.Enable && !u.Password && u.PasswordFile == "" {
		return errors.New("nothing to change: give --role, --disable, --enable, --password or --password-file")
	}
	return nil
}

// userChange leaves what it has not as it is.
type userChange struct {
	Disabled *bool  `json:"disabled,omitempty"`
	Password string `json:"password,omitempty"`
	Role     string `json:"role,omitempty"`
}

func (u *usersSetCommand) change(con *console) (body userChange, err error) {
	body.Role = u.Role
	if u.Disable || u.Enable {
		body.Disabled = &u.Disable
	}
	if u.Password || u.PasswordFile != "" {
		body.Password, err = u.password(con, true)
	}
	return body, err
}

func (u *usersSetCommand) Run(con *console, n *connection) error {
	c, err := n.open(con)
	if err != nil {
		return err
	}
	ctx := context.Background()
	user, err := findUser(ctx, c, u.Name)
	if err != nil {
		return err
	}
	body, err := u.change(con)
	if err != nil {
		return err
	}
	_, a, err := changeUser.ask(ctx, c, body, with{id: user.ID, match: tagOf(user.Revision)})
	if err != nil {
		return err
	}
	return printDone(con, n, rawJSON(a), "%s is changed", user.Name)
}

// tagOf is the ETag of what has a revision.
func tagOf(revision uint64) string { return strconv.Quote(strconv.FormatUint(revision, 10)) }

// usersRemoveCommand is `spacectl users remove`.
type usersRemoveCommand struct {
	Name string `arg:"" help:"Of the user, or the id."`
}

func (*usersRemoveCommand) Help() string { return "Example:\n\n  spacectl users remove ben" }

func (u *usersRemoveCommand) Run(con *console, n *connection) error {
	c, err := n.open(con)
	if err != nil {
		return err
	}
	ctx := context.Background()
	user, err := findUser(ctx, c, u.Name)
	if err != nil {
		return err
	}
	return remove(ctx, con, n, c, deleteUser, with{id: user.ID, match: tagOf(user.Revision)}, user, user.Name+" is removed")
}

// remove deletes something, and says so; as JSON it prints what there was.
func remove(ctx context.Context, con *console, n *connection, c *client, o operation[nothing, nothing], what with, was any, done string) error {
	if _, _, err := o.ask(ctx, c, none, what); err != nil {
		return err
	}
	return printDone(con, n, was, "%s", done)
}

// keysCommand is `spacectl keys`.
type keysCommand struct {
	List   keysListCommand   `cmd:"" help:"List the API keys."`
	Add    keysAddCommand    `cmd:"" help:"Make an API key."`
	Remove keysRemoveCommand `cmd:"" help:"Revoke an API key."`
}

// keysListCommand is `spacectl keys list`.
type keysListCommand struct{}

func (*keysListCommand) Help() string { return "Example:\n\n  spacectl keys list" }

func (*keysListCommand) Run(con *console, n *connection) error {
	titles := []string{"NAME", "ROLE", "CREATED", "GOOD UNTIL", "ID"}
	return tell(con, n, listKeys, titles, func(k api.Key) []string {
		return []string{k.Name, string(k.Role), at(k.Created), at(k.Expires), k.ID}
	})
}

// keysAddCommand is `spacectl keys add`.
type keysAddCommand struct {
	Name string `arg:"" help:"Of the program that gets it."`
	Role string `placeholder:"ROLE" required:"" enum:"viewer,operator,maintainer,admin,metrics,telemetry,decoy" help:"What it may do: viewer, operator, maintainer, admin, metrics or telemetry; decoy is refused, and tells that it was stolen."`
	Days int    `default:"90" help:"How long it is good, 366 at most (default ${default})."`
	secretFlags
}

func (*keysAddCommand) Help() string {
	return "The key is told this once.\n\nExample:\n\n  spacectl keys add prometheus --role metrics --out prometheus.key"
}

func (k *keysAddCommand) Run(con *console, n *connection) error {
	if err := k.check(con); err != nil {
		return err
	}
	c, err := n.open(con)
	if err != nil {
		return err
	}
	made, _, err := createKey.ask(context.Background(), c, keyRequest{Days: k.Days, Name: k.Name, Role: k.Role})
	if err != nil {
		return err
	}
	return k.deliver(con, n, made.Secret, "key", map[string]any{"kind": "key", "id": made.ID, "name": made.Name, "role": k.Role, "expires": made.Expires.UTC().Format(time.RFC3339)})
}

// keyRequest makes a key.
type keyRequest struct {
	Days int    `json:"days"`
	Name string `json:"name"`
	Role string `json:"role"`
}

// keysRemoveCommand is `spacectl keys remove`.
type keysRemoveCommand struct {
	Name string `arg:"" help:"Of the key, or the id."`
}

func (*keysRemoveCommand) Help() string { return "Example:\n\n  spacectl keys remove prometheus" }

func (k *keysRemoveCommand) Run(con *console, n *connection) error {
	c, err := n.open(con)
	if err != nil {
		return err
	}
	ctx := context.Background()
	key, err := find(ctx, c, listKeys, k.Name, func(k api.Key) []string { return []string{k.ID, k.Name} })
	if err != nil {
		return err
	}
	return remove(ctx, con, n, c, deleteKey, with{id: key.ID}, key, key.Name+" is revoked")
}

// sessionsCommand is `spacectl sessions`.
type sessionsCommand struct {
	List sessionsListCommand `cmd:"" help:"List the logins."`
	End  sessionsEndCommand  `cmd:"" help:"Log somebody out."`
}

// sessionsListCommand is `spacectl sessions list`.
type sessionsListCommand struct {
	Local bool `help:"Also those of tokens that were made from the key file."`
}

func (*sessionsListCommand) Help() string { return "Example:\n\n  spacectl sessions list" }

func (l *sessionsListCommand) Run(con *console, n *connection) error {
	c, err := n.open(con)
	if err != nil {
		return err
	}
	sessions, err := list(context.Background(), c, listSessions)
	if err != nil {
		return err
	}
	sessions = slices.DeleteFunc(sessions, func(s api.Session) bool { return s.Local && !l.Local })
	titles := []string{"NAME", "ROLE", "SINCE", "LAST USED", "GOOD UNTIL", "ID"}
	return printList(con.out, n.JSON, sessions, titles, func(s api.Session) []string {
		return []string{s.Name, string(s.Role), at(s.Created), at(s.LastUsed), at(s.Expires), s.ID}
	})
}

// sessionsEndCommand is `spacectl sessions end`.
type sessionsEndCommand struct {
	Name string `arg:"" help:"Of who is logged in, all of whose logins end, or the id of one."`
}

func (*sessionsEndCommand) Help() string { return "Example:\n\n  spacectl sessions end ben" }

func (s *sessionsEndCommand) Run(con *console, n *connection) error {
	c, err := n.open(con)
	if err != nil {
		return err
	}
	ctx := context.Background()
	sessions, err := list(ctx, c, listSessions)
	if err != nil {
		return err
	}
	sessions = slices.DeleteFunc(sessions, func(x api.Session) bool { return x.ID != s.Name && x.Name != s.Name })
	if len(sessions) == 0 {
		return exit.With(exit.Usage, fmt.Errorf("nobody is logged in as %q", s.Name))
	}
	for _, x := range sessions {
		_, _, err := deleteSession.ask(ctx, c, none, with{id: x.ID})
		if err != nil && !isRefused(err, http.StatusNotFound) { // it may have ended meanwhile
			return err
		}
	}
	return printDone(con, n, api.Page[api.Session]{Items: sessions}, "%s of %s ended", count(len(sessions), "login"), sessions[0].Name)
}
