package main

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
)

// Settings in an embedded struct of an unexported type are not read, silently.
func TestEverySettingIsRead(t *testing.T) {
	c, _, err := readConfig()
	require.NoError(t, err)
	read := 0
	for _, field := range reflect.VisibleFields(reflect.TypeFor[config]()) {
		if field.Anonymous {
			require.True(t, field.IsExported(), "%s: its settings would not be read", field.Name)
		}
		if field.Tag.Get("envDefault") != "" && field.Tag.Get("envDefault") != "INFO" {
			require.False(t, reflect.ValueOf(c).FieldByIndex(field.Index).IsZero(), "%s has a default and is empty", field.Name)
			read++
		}
	}
	require.Greater(t, read, 15)
}
