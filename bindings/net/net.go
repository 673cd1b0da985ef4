// Package net configures and tries out the network of a namespace: links,
// addresses, routes and rules over rtnetlink(7), traffic control, and the
// traffic tools that go with them.
package net
