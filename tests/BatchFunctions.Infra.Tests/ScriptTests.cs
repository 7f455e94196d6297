namespace BatchFunctions.Infra.Tests;

/// <summary>The scripts that azd and the CI platforms run, on a machine that has a shell for them.</summary>
public sealed class ScriptTests : IDisposable
{
    private readonly Script _script = new Script()
        .With("AZURE_ENV_NAME", "test").With("AZURE_LOCATION", "westeurope").With("AZURE_SUBSCRIPTION_ID", "sub").With("AZURE_RESOURCE_GROUP", "rg-test")
        .With("BATCHFN_FUNCTIONS_APP", "func-test").With("BATCHFN_SERVER", "https://func-test.azurewebsites.net");

    public ScriptTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no sh; there azd runs the PowerShell hooks.");

    public void Dispose() => _script.Dispose();

    [Fact]
    public async Task Submitting_fetches_the_key_for_this_call_and_ends_as_the_job_ends()
    {
        _script.WithProgram("az", "echo secret-key").WithProgram("batchfn", "[ \"$BATCHFN_API_KEY\" = secret-key ] && exit 1");

        var (exitCode, output, errors) = await _script.RunAsync("infra/ci/submit.sh", "churn", "--input", "a b/*.csv");

        Assert.Equal(1, exitCode);
        Assert.Equal(
            [
                "az functionapp keys list --resource-group rg-test --name func-test --query functionKeys.default --output tsv",
                "batchfn submit churn --input a b/*.csv --server https://func-test.azurewebsites.net --wait",
            ],
            _script.Calls);
        Assert.DoesNotContain("secret-key", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_is_asked_for_its_own_key()
    {
        _script.With("BATCHFN_FUNCTIONS_HOST", "container").WithProgram("az", "echo secret-key").WithProgram("batchfn");

        Assert.Equal(0, (await _script.RunAsync("infra/ci/submit.sh", "churn")).ExitCode);

        Assert.StartsWith("az containerapp function keys show", _script.Calls[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_key_nothing_is_submitted()
    {
        _script.WithProgram("az", "exit 3").WithProgram("batchfn");

        Assert.Equal(3, (await _script.RunAsync("infra/ci/submit.sh", "churn")).ExitCode);

        Assert.DoesNotContain(_script.Calls, call => call.StartsWith("batchfn", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_missing_in_the_environment_is_named()
    {
        _script.With("BATCHFN_SERVER", "").WithProgram("az").WithProgram("batchfn");

        var (exitCode, _, errors) = await _script.RunAsync("infra/ci/submit.sh", "churn");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("BATCHFN_SERVER: is the address of the app", errors, StringComparison.Ordinal);
        Assert.Empty(_script.Calls);
    }

    [Fact]
    public async Task A_deployment_on_a_new_machine_makes_the_environment_and_then_goes_in_order()
    {
        _script.WithProgram("azd", "[ \"$1 $2\" = 'env select' ] && exit 1; [ \"$1 $2\" = 'env get-values' ] && printf 'AZURE_RESOURCE_GROUP=\"rg\"\\nOTHER=\"x\"\\n'; exit 0");

        var (exitCode, output, _) = await _script.RunAsync("infra/ci/deploy.sh");

        Assert.Equal(0, exitCode);
        Assert.Equal(
            [
                "azd config set auth.useAzCliAuth true",
                "azd env select test",
                "azd env new test --location westeurope --subscription sub --no-prompt",
                "azd provision --no-prompt",
                "azd deploy --no-prompt",
                "azd env get-values",
            ],
            _script.Calls);
        Assert.Equal("AZURE_RESOURCE_GROUP=\"rg\"\n", output);
    }

    [Fact]
    public async Task A_container_is_built_in_the_registry_that_was_provisioned_and_comes_with_the_next_provision_so_that_only_the_hook_is_left()
    {
        _script.With("BATCHFN_FUNCTIONS_HOST", "container")
            .WithProgram("azd", "[ \"$1 $2\" = 'env get-values' ] && echo BATCHFN_SERVER=x; [ \"$1 $2\" = 'env get-value' ] && echo crtest.azurecr.io; exit 0")
            .WithProgram("az").WithProgram("git", "[ \"$1\" = log ] && echo 1700000000 || echo abc123");

        Assert.Equal(0, (await _script.RunAsync("infra/ci/deploy.sh")).ExitCode);

        Assert.Equal(
            [
                "azd provision --no-prompt",
                "azd env get-value AZURE_CONTAINER_REGISTRY_ENDPOINT",
                "az acr build --registry crtest --image functions:abc123 --file infra/containers/functions.Dockerfile --platform linux/amd64 --build-arg REVISION=abc123 --build-arg SOURCE_DATE_EPOCH=1700000000 .",
                "azd env set BATCHFN_FUNCTIONS_IMAGE crtest.azurecr.io/functions:abc123",
                "azd provision --no-prompt",
                "azd hooks run postdeploy",
            ],
            _script.Calls.Skip(2).Where(call => !call.StartsWith("git", StringComparison.Ordinal)).Take(6));
    }

    [Theory]
    [InlineData("cpu", "scoring:7", "")]
    [InlineData("gpu", "scoring:7-cuda", " --build-arg ONNXRUNTIME=gpu --build-arg RUNTIME_IMAGE=")]
    public async Task The_scoring_service_is_built_in_the_flavour_of_its_tier(string tier, string image, string arguments)
    {
        _script.With("BATCHFN_SCORING_TIER", tier).With("AZURE_CONTAINER_REGISTRY_ENDPOINT", "crtest.azurecr.io")
            .WithProgram("azd").WithProgram("az").WithProgram("git", "[ \"$1\" = log ] && echo 1700000000 || echo abc123");

        Assert.Equal(0, (await _script.RunAsync("infra/ci/images.sh", "7")).ExitCode);

        var build = Assert.Single(_script.Calls, call => call.StartsWith("az acr build", StringComparison.Ordinal));
        Assert.Contains($"--image {image} --file infra/containers/scoring.Dockerfile", build, StringComparison.Ordinal);
        Assert.Contains($"SOURCE_DATE_EPOCH=1700000000{arguments}", build, StringComparison.Ordinal);
        Assert.EndsWith(arguments.Length == 0 ? "1700000000 ." : $"{ComposeFile.Services["scoring-cuda"]["build"]!["args"]!["RUNTIME_IMAGE"]} .", build, StringComparison.Ordinal);
        Assert.Equal($"azd env set BATCHFN_SCORING_IMAGE crtest.azurecr.io/{image}", _script.Calls[^1]);
    }

    [Fact]
    public async Task What_could_not_be_built_is_not_told_to_azd()
    {
        _script.With("BATCHFN_SCORING_TIER", "cpu").With("AZURE_CONTAINER_REGISTRY_ENDPOINT", "crtest.azurecr.io")
            .WithProgram("azd").WithProgram("az", "exit 4").WithProgram("git", "echo 1");

        Assert.Equal(4, (await _script.RunAsync("infra/ci/images.sh")).ExitCode);

        Assert.DoesNotContain(_script.Calls, call => call.StartsWith("azd", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_could_not_be_provisioned_is_not_deployed_to()
    {
        _script.WithProgram("azd", "[ \"$1\" != provision ]");

        Assert.NotEqual(0, (await _script.RunAsync("infra/ci/deploy.sh")).ExitCode);

        Assert.DoesNotContain("azd deploy --no-prompt", _script.Calls);
    }

    [Fact]
    public async Task The_hook_subscribes_a_Flex_Consumption_app_without_seeing_a_key()
    {
        _script.With("BATCHFN_FUNCTIONS_HOST", "flex").WithProgram("az", "[ -z \"$BATCHFN_ARRIVAL_WEBHOOK\" ] && [ -f arrivals.bicepparam ]");

        Assert.Equal(0, (await _script.RunAsync("infra/hooks/arrivals.sh")).ExitCode);

        Assert.Equal(["az deployment group create --resource-group rg-test --name arrivals --parameters arrivals.bicepparam --output none"], _script.Calls);
    }

    [Fact]
    public async Task Without_an_app_the_hook_says_what_is_missing()
    {
        _script.With("BATCHFN_FUNCTIONS_HOST", "container").With("BATCHFN_FUNCTIONS_APP", "").WithProgram("az");

        var (exitCode, _, errors) = await _script.RunAsync("infra/hooks/arrivals.sh");

        Assert.Equal(1, exitCode);
        Assert.Contains("BATCHFN_FUNCTIONS_IMAGE", errors, StringComparison.Ordinal);
        Assert.Empty(_script.Calls);
    }

    [Fact]
    public async Task The_hook_hands_a_containers_key_on_without_writing_it_anywhere()
    {
        const string Webhook = "https://func-test.azurewebsites.net/runtime/webhooks/eventgrid?functionName=BlobCreated&code=secret-key";
        _script.With("BATCHFN_FUNCTIONS_HOST", "container").WithProgram("az", $"[ \"$1\" = containerapp ] && echo secret-key || [ \"$BATCHFN_ARRIVAL_WEBHOOK\" = '{Webhook}' ]");

        var (exitCode, output, errors) = await _script.RunAsync("infra/hooks/arrivals.sh");

        Assert.Equal(0, exitCode);
        Assert.Equal(2, _script.Calls.Count);
        Assert.DoesNotContain("secret-key", string.Concat(_script.Calls) + output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_example_brings_everything_up_and_submits_with_the_hosts_key_which_it_shows_nobody()
    {
        _script.WithProgram("docker", """
            case "$*" in
              "compose run --rm batchfn status"*) exit 1 ;;
              "compose exec"*) printf '{\n  "masterKey": { "name": "master", "value": "m", "encrypted": false },\n  "functionKeys": [\n    {\n      "name": "default",\n      "value": "secret-key==",\n      "encrypted": false\n    }\n  ],\n  "systemKeys": []\n}\n' ;;
              *submit*) [ "$BATCHFN_API_KEY" = secret-key== ] && exit 3 ;;
            esac
            """);

        var (exitCode, output, errors) = await _script.RunAsync("infra/containers/example.sh");

        Assert.Equal(3, exitCode);
        Assert.Equal("docker compose up --build --detach --wait", _script.Calls[0]);
        Assert.Contains("docker compose exec -T functions sh -c cat \"$FUNCTIONS_SECRETS_PATH/host.json\"", _script.Calls);
        Assert.Equal("docker compose run --rm --env BATCHFN_API_KEY batchfn submit churn --server http://functions:8080 --wait", _script.Calls[^1]);
        Assert.DoesNotContain("secret-key", string.Concat(_script.Calls) + output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_example_says_where_to_look_where_the_host_has_no_key()
    {
        _script.WithProgram("docker");

        var (exitCode, _, errors) = await _script.RunAsync("infra/containers/example.sh");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("see $FUNCTIONS_SECRETS_PATH/host.json in its container", errors, StringComparison.Ordinal);
        Assert.DoesNotContain(_script.Calls, call => call.Contains("submit", StringComparison.Ordinal));
    }
}
