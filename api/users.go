package api

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/store"
)

// User is somebody who may log in.
type User struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Role     auth.Role `json:"role"`
	Disabled bool      `json:"disabled"`
	Revision uint64    `json:"revision" doc:"Counts changes; the ETag."`
	Created  time.Time `json:"created"`
	Updated  time.Time `json:"updated"`
}

type userAnswer struct {
	ETag string `header:"ETag"`
	Body User
}

type userCreated struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     User
}

func answerUser(u auth.User) *userAnswer { return &userAnswer{revisionTag(u.Revision), User(u)} }

func (s *Server) getUsers(_ context.Context, in *pageRequest) (*pageAnswer[User], error) {
	id := func(u auth.User) string { return u.ID }
	return page(s, "users", s.auth.Users(), id, in, func(u auth.User) User { return User(u) })
}

func (s *Server) getUser(_ context.Context, in *Named) (*userAnswer, error) {
	u, err := s.auth.User(in.ID)
	if err != nil {
		return nil, s.stored(err)
	}
	return answerUser(u), nil
}

type userRequest struct {
	Body struct {
		Name     string    `json:"name" minLength:"1" maxLength:"63" example:"ben"`
		Password string    `json:"password" minLength:"12" maxLength:"1024" format:"password"`
		Role     auth.Role `json:"role" enum:"viewer,operator,maintainer,admin"`
	}
}

func (s *Server) createUser(ctx context.Context, in *userRequest) (*userCreated, error) {
	x := exchangeOf(ctx)
	x.tell("name", in.Body.Name)
	x.tell("role", string(in.Body.Role))
	u, err := s.auth.CreateUser(ctx, in.Body.Name, in.Body.Password, in.Body.Role)
	if err != nil {
		return nil, s.taken(in.Body.Name, err)
	}
	return &userCreated{revisionTag(u.Revision), "/api/v1/users/" + u.ID, User(u)}, nil
}

// NamedMatch is the request to remove one thing of a list as it was read.
type NamedMatch struct {
	Named
	MustMatch
}

// MustMatch is the condition of changes to what several people may edit.
type MustMatch struct {
	IfMatch string `header:"If-Match" doc:"The ETag of what is changed, as it was read." example:"\"3\""`
}

// revision is the revision that is meant.
func (m MustMatch) revision() (uint64, error) {
	text, err := strconv.Unquote(m.IfMatch)
	if err != nil {
		return 0, fmt.Errorf("%w: If-Match is an ETag, such as \"3\"", errMalformed)
	}
	revision, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, errStale // an ETag, and not one of ours
	}
	return revision, nil
}

type userChange struct {
	NamedMatch
	Body struct {
		Role     *auth.Role `json:"role,omitempty" enum:"viewer,operator,maintainer,admin"`
		Disabled *bool      `json:"disabled,omitempty" doc:"Whether the user is locked out."`
		Password *string    `json:"password,omitempty" minLength:"12" maxLength:"1024" format:"password"`
	}
}

func (s *Server) patchUser(ctx context.Context, in *userChange) (*userAnswer, error) {
	revision, err := in.revision()
	if err != nil {
		return nil, s.tellUser(ctx, in.ID, err)
	}
	exchangeOf(ctx).tell("user", in.ID)
	u, err := s.auth.UpdateUser(ctx, in.ID, revision, auth.UserChange{Role: in.Body.Role, Disabled: in.Body.Disabled, Password: in.Body.Password})
	if err != nil {
		return nil, s.tellUser(ctx, in.ID, s.stored(err))
	}
	return answerUser(u), nil
}

// tellUser is [tellTag] for a user.
func (s *Server) tellUser(ctx context.Context, id string, err error) error {
	if u, unknown := s.auth.User(id); unknown == nil && err != nil {
		return tellTag(ctx, err, u.Revision)
	}
	return err
}

func (s *Server) deleteUser(ctx context.Context, in *NamedMatch) (*struct{}, error) {
	revision, err := in.revision()
	if err != nil {
		return nil, s.tellUser(ctx, in.ID, err)
	}
	exchangeOf(ctx).tell("user", in.ID)
	return nil, s.tellUser(ctx, in.ID, s.stored(s.auth.DeleteUser(ctx, in.ID, revision)))
}

// Key is what there is to know about an API key, but not the key.
type Key struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Role    auth.Role `json:"role"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
}

func (s *Server) getKeys(_ context.Context, in *pageRequest) (*pageAnswer[Key], error) {
	id := func(k auth.APIKey) string { return k.ID }
	return page(s, "keys", s.auth.APIKeys(), id, in, func(k auth.APIKey) Key { return Key(k) })
}

type keyRequest struct {
	Body struct {
		Name string    `json:"name" minLength:"1" maxLength:"63" example:"prometheus"`
		Role auth.Role `json:"role" enum:"viewer,operator,maintainer,admin,metrics,telemetry,decoy" doc:"decoy is refused everywhere, and tells that it was stolen."`
		Days int       `json:"days,omitempty" minimum:"1" maximum:"366" doc:"How long it is good; 90 when left out."`
	}
}

// NewKey is an API key, told this once.
type NewKey struct {
	Key
	Secret string `json:"key" doc:"For the header Authorization: Bearer. It is not told again."`
}

type keyCreated struct {
	Location string `header:"Location"`
	Body     NewKey
}

func (s *Server) createKey(ctx context.Context, in *keyRequest) (*keyCreated, error) {
	x := exchangeOf(ctx)
	x.tell("name", in.Body.Name)
	x.tell("role", string(in.Body.Role))
	secret, k, err := s.auth.CreateKey(ctx, in.Body.Name, in.Body.Role, time.Duration(in.Body.Days)*24*time.Hour)
	if err != nil {
		return nil, s.taken(in.Body.Name, err)
	}
	return &keyCreated{"/api/v1/api-keys/" + k.ID, NewKey{Key(k), secret.Reveal()}}, nil
}

func (s *Server) deleteKey(ctx context.Context, in *Named) (*struct{}, error) {
	exchangeOf(ctx).tell("key", in.ID)
	return nil, s.stored(s.auth.DeleteKey(ctx, in.ID))
}

// taken is stored for what has a name that must be new.
func (s *Server) taken(name string, err error) error {
	if errors.Is(err, store.ErrExists) {
		return fmt.Errorf("%q %w", name, err)
	}
	return s.stored(err)
}
