package auth

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/api/store"
)

// User is what there is to know about a user.
type User struct {
	ID       string
	Name     string
	Role     Role
	Disabled bool
	Revision uint64 // counts changes from 1
	Created  time.Time
	Updated  time.Time
}

// UserChange is what is to change; nil stays as it is.
type UserChange struct {
	Role     *Role
	Disabled *bool
	Password *string
}

// Paired tells whether there are users.
func (a *Authority) Paired() bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return len(a.users) > 0
}

// Users returns all users by name.
func (a *Authority) Users() []User {
	a.mu.RLock()
	defer a.mu.RUnlock()
	var all []User
	for _, u := range a.users {
		all = append(all, shownUser(u))
	}
	slices.SortFunc(all, func(x, y User) int { return strings.Compare(x.Name, y.Name) })
	return all
}

// User returns one user. The error is [store.ErrNotFound].
func (a *Authority) User(id string) (User, error) {
	u, err := a.userRecord(id)
	return shownUser(u), err
}

func (a *Authority) userRecord(id string) (store.User, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	u, known := a.users[id]
	if !known {
		return u, store.ErrNotFound
	}
	return u, nil
}

// CreateUser adds a user. Errors are [ErrValue] and [store.ErrExists] for the
// name; it waits for its turn to hash as long as ctx.
func (a *Authority) CreateUser(ctx context.Context, name, password string, role Role) (User, error) {
	return a.createUser(ctx, name, password, role, func() error { return nil })
}

// createUser makes a user if allowed returns nil, which is called when nobody
// else can make one and the name is free.
func (a *Authority) createUser(ctx context.Context, name, password string, role Role, allowed func() error) (User, error) {
	name, err := cleanName(name)
	if err == nil {
		err = checkUserRole(role)
	}
	if err == nil {
		err = checkPassword(password, name)
	}
	if err != nil {
		return User{}, err
	}
	hash, err := a.passwords.hash(ctx, password)
	if err != nil {
		return User{}, err
	}
	now := a.now()
	u := store.User{ID: newID("user"), Name: name, Role: string(role), Password: hash, Revision: 1, Created: now, Updated: now}
	if err := a.insert(ctx, u, allowed); err != nil {
		return User{}, err
	}
	return shownUser(u), nil
}

// insert keeps a new user, in the database first.
func (a *Authority) insert(ctx context.Context, u store.User, allowed func() error) error {
	a.writing.Lock()
	defer a.writing.Unlock()
	if a.named(u.Name).ID != "" { // before allowed, which may use a code up
		return store.ErrExists
	}
	if err := allowed(); err != nil {
		return err
	}
	if err := a.store.CreateUser(ctx, u); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.users[u.ID] = u
	return nil
}

func checkUserRole(role Role) error {
	if _, err := ParseRole(string(role)); err != nil {
		return err
	}
	if !role.ofPeople() {
		return fmt.Errorf("%w: %s is a role of programs; make an API key", ErrValue, role)
	}
	return nil
}

// UpdateUser changes a user whose revision is still the given one. Whatever
// changes what the user may do, and a new password, ends the user's sessions.
// Errors are [store.ErrNotFound], [store.ErrStale], [ErrValue], [ErrLastAdmin].
func (a *Authority) UpdateUser(ctx context.Context, id string, revision uint64, change UserChange) (User, error) {
	hash, err := a.newPassword(ctx, id, change.Password)
	if err != nil {
		return User{}, err
	}
	if change.Role != nil {
		if err := checkUserRole(*change.Role); err != nil {
			return User{}, err
		}
	}
	a.writing.Lock()
	defer a.writing.Unlock()
	old, err := a.atRevision(id, revision)
	if err != nil {
		return User{}, err
	}
	u := changed(old, change, hash)
	u.Updated = a.now()
	if isAdmin(old) && !isAdmin(u) && a.onlyAdmin(id) {
		return User{}, ErrLastAdmin
	}
	ends := u.Role != old.Role || u.Disabled && !old.Disabled || hash != nil
	if err := a.store.UpdateUser(ctx, u, ends); err != nil {
		return User{}, err
	}
	u.Revision++
	a.mu.Lock()
	a.users[id] = u
	a.mu.Unlock()
	if ends {
		a.endSessions(id, u.Updated)
	}
	return shownUser(u), nil
}

// newPassword is the hash of a changed password, nil if there is none. It is
// made before the lock is taken, as it takes long.
func (a *Authority) newPassword(ctx context.Context, id string, password *string) (store.Hash, error) {
	u, err := a.userRecord(id)
	if err != nil || password == nil {
		return nil, err
	}
	if err := checkPassword(*password, u.Name); err != nil {
		return nil, err
	}
	return a.passwords.hash(ctx, *password)
}

func changed(u store.User, change UserChange, hash store.Hash) store.User {
	if change.Role != nil {
		u.Role = string(*change.Role)
	}
	if change.Disabled != nil {
		u.Disabled = *change.Disabled
	}
	if hash != nil {
		u.Password = hash
	}
	return u
}

// DeleteUser removes a user, whose revision is still the given one, and ends the
// sessions. Errors are as those of UpdateUser.
func (a *Authority) DeleteUser(ctx context.Context, id string, revision uint64) error {
	a.writing.Lock()
	defer a.writing.Unlock()
	u, err := a.atRevision(id, revision)
	if err != nil {
		return err
	}
	if isAdmin(u) && a.onlyAdmin(id) {
		return ErrLastAdmin
	}
	if err := a.store.DeleteUser(ctx, id, revision); err != nil {
		return err
	}
	a.mu.Lock()
	delete(a.users, id)
	a.mu.Unlock()
	a.endSessions(id, a.now())
	return nil
}

func (a *Authority) atRevision(id string, revision uint64) (store.User, error) {
	u, err := a.userRecord(id)
	if err == nil && u.Revision != revision {
		err = store.ErrStale
	}
	return u, err
}

func isAdmin(u store.User) bool { return Role(u.Role) == Admin && !u.Disabled }

// onlyAdmin tells whether no other user is an enabled admin.
func (a *Authority) onlyAdmin(id string) bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	for _, u := range a.users {
		if u.ID != id && isAdmin(u) {
			return false
		}
	}
	return true
}

func shownUser(u store.User) User {
	return User{
		ID: u.ID, Name: u.Name, Role: Role(u.Role), Disabled: u.Disabled, Revision: u.Revision,
		Created: u.Created, Updated: u.Updated,
	}
}
