package main

// access is how the API is reached from outside, and how much of it.
type access struct {
	RateLimits string `env:"RATE_LIMITS"` // requests within a minute: search=900/9000,… by account/network
}
