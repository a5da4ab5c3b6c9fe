// A stand-in for Pulumi's language host for Rust: starts a program that is built already.
//
// The Pulumi CLI starts the host with the address of its engine, reads the host's port from its output, and asks it to run
// programs. The program is the file that the variable DATA_REVIEW_PROGRAM names.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"os/exec"
	"strconv"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

const (
	version         = "0.0.12"
	program         = "DATA_REVIEW_PROGRAM"
	maxMessageBytes = 64 << 20
)

type languageHost struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	engine string
}

func (h *languageHost) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version}, nil
}

// GetRequiredPackages names none: the provider is installed beforehand.
func (h *languageHost) GetRequiredPackages(
	context.Context, *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

// Run starts the program and waits for it. A program that fails has said why on its standard error.
func (h *languageHost) Run(ctx context.Context, run *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	command := exec.CommandContext(ctx, os.Getenv(program))
	command.Dir = run.GetInfo().GetProgramDirectory()
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	environment, err := h.environment(run)
	if err != nil {
		return nil, err
	}
	command.Env = append(os.Environ(), environment...)
	if err := command.Run(); err != nil {
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("%s=%s: %v", program, os.Getenv(program), err)}, nil
	}
	return &pulumirpc.RunResponse{}, nil
}

func (h *languageHost) environment(run *pulumirpc.RunRequest) ([]string, error) {
	config := run.GetConfig()
	if config == nil {
		config = map[string]string{}
	}
	secrets := run.GetConfigSecretKeys()
	if secrets == nil {
		secrets = []string{}
	}
	configText, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	secretsText, err := json.Marshal(secrets)
	if err != nil {
		return nil, err
	}
	return []string{
		"PULUMI_ENGINE=" + h.engine,
		"PULUMI_MONITOR=" + run.GetMonitorAddress(),
		"PULUMI_ORGANIZATION=" + run.GetOrganization(),
		"PULUMI_PROJECT=" + run.GetProject(),
		"PULUMI_STACK=" + run.GetStack(),
		"PULUMI_ROOT_DIRECTORY=" + run.GetInfo().GetRootDirectory(),
		"PULUMI_DRY_RUN=" + strconv.FormatBool(run.GetDryRun()),
		"PULUMI_CONFIG=" + string(configText),
		"PULUMI_CONFIG_SECRET_KEYS=" + string(secretsText),
	}, nil
}

func main() {
	// The CLI passes these to every host.
	flag.String("tracing", "", "not used")
	flag.String("root", "", "not used")
	flag.Parse()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(maxMessageBytes))
	pulumirpc.RegisterLanguageRuntimeServer(server, &languageHost{engine: flag.Arg(0)})
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	if err := server.Serve(listener); err != nil {
		log.Fatal(err)
	}
}
