package lab

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"meanwhile/demos"
)

// Pool is a database behind a pool of connections, of which each task needs one for the spec's delay.
type Pool struct {
	*Lab
	trips []*trip
}

// OpenPool makes a database whose tasks read a counter each; or write it, in a transaction that has the delay inside. Every
// connection is opened beforehand, so that no task has to.
func OpenPool(ctx context.Context, spec Spec, write bool) (*Pool, error) {
	pool := &Pool{
		Lab:   &Lab{Tasks: make([]demos.Task, spec.Tasks), Delays: spec.delays(), Slots: spec.Pool},
		trips: make([]*trip, spec.Tasks),
	}
	db, err := pool.open(ctx, spec)
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	query := demos.Query
	pool.Real += ", and database/sql's pool of connections to it, which serves who queues in no order"
	pool.Simulated = "the round trip to the database: each query waits for it, and keeps its connection"
	if write {
		query = demos.Visit
		pool.Simulated = "the round trip to the database: each transaction waits for it, and keeps its connection and its locks"
	}
	for i, delay := range pool.Delays {
		task := query(db, i+1)
		pool.Tasks[i] = demos.Task{Name: task.Name, Run: func(ctx context.Context) error {
			pool.trips[i] = &trip{delay: delay, inside: write, asked: time.Now()}
			return task.Run(withTrip(ctx, pool.trips[i]))
		}}
	}
	return pool, nil
}

// open opens the database and the connections that the tasks can come to need.
func (p *Pool) open(ctx context.Context, spec Spec) (*sql.DB, error) {
	connector, err := p.connector(ctx, spec)
	if err != nil {
		return nil, err
	}
	db, err := p.openPool(ctx, distant{connector}, spec)
	if err != nil {
		return nil, err
	}
	var opened []*sql.Conn
	for range min(spec.Pool, spec.Tasks) {
		conn, failed := db.Conn(ctx)
		if failed != nil {
			err = explain(failed)
			break
		}
		opened = append(opened, conn)
	}
	for _, conn := range opened {
		err = errors.Join(err, conn.Close()) // back to the pool
	}
	return db, err
}

// Use is what a task had of its connection: how long it queued for one, and how long it then held it. Locked is the part of
// that in which the database kept its transaction from beginning.
type Use struct{ Queued, Held, Locked time.Duration }

// Uses tells of each task, once all have run well.
func (p *Pool) Uses() []Use {
	uses := make([]Use, len(p.trips))
	for i, t := range p.trips {
		uses[i] = Use{t.taken.Sub(t.asked), t.returned.Sub(t.taken), t.began}
	}
	return uses
}
