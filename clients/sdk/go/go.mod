module github.com/tailrace/sdk-trial

go 1.23

require github.com/tailrace/sdk v0.1.0

replace github.com/tailrace/sdk => ../../sdk/go
