package main

import (
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql/driver"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql/session"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/common/resolver"
)

const (
	historyDatabase    = "temporal"
	visibilityDatabase = "temporal_visibility"

	// historyShards cannot be changed once there is data. Four keep two cores busy.
	historyShards = 4

	// Each of the four services has a pool of its own, so the cluster must allow about four times both.
	historyConnections    = 20
	visibilityConnections = 5

	historyCache     = 1000 // workflows
	historyCacheTTL  = 5 * time.Minute
	eventsCacheBytes = 32 << 20

	clusterName = "active"
)

// database is how every part of this program reaches one database of the cluster.
func database(o options, name string, connections int) *config.SQL {
	return &config.SQL{
		PluginName:        postgresql.PluginNamePGX,
		ConnectProtocol:   "tcp",
		ConnectAddr:       o.postgres,
		User:              o.user,
		Password:          o.password,
		DatabaseName:      name,
		ConnectAttributes: map[string]string{"application_name": "temporal"},
		MaxConns:          connections,
		MaxIdleConns:      connections,
		MaxConnLifetime:   time.Hour,
	}
}

// pooled makes the pool give back what it has not used for a minute: a burst opens a hundred connections, and each is a
// process of PostgreSQL with some megabytes of its own.
func pooled(c *config.SQL) *config.SQL {
	plain := *c
	c.Connect = func(*config.SQL) (*sqlx.DB, error) {
		s, err := session.NewSession(&plain, &driver.PGXDriver{}, resolver.NewNoopResolver())
		if err != nil {
			return nil, err
		}
		s.SetConnMaxIdleTime(time.Minute)
		return s.DB, nil
	}
	return c
}

func serverConfig(o options, ports map[primitives.ServiceName]int) *config.Config {
	frontend := fmt.Sprintf("%s:%d", loopback, o.port)
	services := map[string]config.Service{}
	for name, port := range ports {
		services[string(name)] = config.Service{RPC: config.RPC{GRPCPort: port, BindOnIP: loopback}}
	}
	return &config.Config{
		Global: config.Global{Membership: config.Membership{MaxJoinDuration: 30 * time.Second, BroadcastAddress: loopback}},
		Persistence: config.Persistence{
			DefaultStore:     historyDatabase,
			VisibilityStore:  visibilityDatabase,
			NumHistoryShards: historyShards,
			DataStores: map[string]config.DataStore{
				historyDatabase:    {SQL: pooled(database(o, historyDatabase, historyConnections))},
				visibilityDatabase: {SQL: pooled(database(o, visibilityDatabase, visibilityConnections))},
			},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10,
			MasterClusterName:        clusterName,
			CurrentClusterName:       clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{
				clusterName: {Enabled: true, InitialFailoverVersion: 1, RPCAddress: frontend},
			},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services:            services,
		PublicClient:        config.PublicClient{HostPort: frontend},
		Archival: config.Archival{
			History:    config.HistoryArchival{State: "disabled"},
			Visibility: config.VisibilityArchival{State: "disabled"},
		},
		NamespaceDefaults: config.NamespaceDefaults{Archival: config.ArchivalNamespaceDefaults{
			History:    config.HistoryArchivalNamespaceDefaults{State: "disabled"},
			Visibility: config.VisibilityArchivalNamespaceDefaults{State: "disabled"},
		}},
	}
}

// hosts names every service's address. With the addresses known there is no gossip between the services, hence no ports
// for it, and no waiting at the start for members that died with the last process.
func hosts(ports map[primitives.ServiceName]int) map[primitives.ServiceName]static.Hosts {
	hosts := map[primitives.ServiceName]static.Hosts{}
	for name, port := range ports {
		hosts[name] = static.SingleLocalHost(fmt.Sprintf("%s:%d", loopback, port))
	}
	return hosts
}

// dynamicConfig holds what differs from the server's defaults, which are meant for many machines.
func dynamicConfig() dynamicconfig.Client {
	return dynamicconfig.StaticClient{
		// One process: more partitions only spread tasks that then have to find each other again.
		dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():  1,
		dynamicconfig.MatchingNumTaskqueueWritePartitions.Key(): 1,
		// Urgent documents first, and no unit's flood before another unit's single document. Priority is on by default
		// in this version of the server, fairness is not.
		dynamicconfig.MatchingEnableFairness.Key(): true,
		// A document sleeps for days between two steps; keeping thousands of them in memory meanwhile (the default is
		// 128,000 workflows for an hour) costs gigabytes and saves one read each.
		dynamicconfig.HistoryCacheHostLevelMaxSize.Key():     historyCache,
		dynamicconfig.HistoryCacheTTL.Key():                  historyCacheTTL,
		dynamicconfig.EventsHostLevelCacheMaxSizeBytes.Key(): eventsCacheBytes,
		// Nothing on this machine calls the outside world.
		dynamicconfig.EnableServerVersionCheck.Key(): false,
	}
}
