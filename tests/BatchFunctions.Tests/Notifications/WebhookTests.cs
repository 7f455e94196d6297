using BatchFunctions.Notifications;

namespace BatchFunctions.Tests.Notifications;

public sealed class WebhookTests
{
    [Fact]
    public void A_signature_is_what_another_implementation_gives()
    {
        // Worked out by Python's hmac module.
        string signature = WebhookSignature.Of(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxEek", DateTimeOffset.FromUnixTimeSeconds(1614265330), "{\"test\": 2432232314}"u8);

        Assert.Equal("v1,xm3N4+aKmqpsHqf2GrAK/g6ew7J0s6ILlNe44yY/l78=", signature);
    }

    [Theory]
    [InlineData("https://hooks.example.org/x", "hooks.example.org", true)]
    [InlineData("https://HOOKS.example.org/x", "hooks.EXAMPLE.org", true)]
    [InlineData("https://hooks.example.org:443/x", "hooks.example.org", true)]
    [InlineData("https://hooks.example.org:8443/x", "hooks.example.org:8443", true)]
    [InlineData("https://a.hooks.example.org/x", "*.example.org", true)]
    [InlineData("https://hooks.example.org:8443/x", "hooks.example.org", false)]
    [InlineData("https://hooks.example.org/x", "example.org", false)]
    [InlineData("https://example.org/x", "*.example.org", false)]
    [InlineData("https://badexample.org/x", "*.example.org", false)]
    [InlineData("https://hooks.example.org.evil.net/x", "hooks.example.org", false)]
    [InlineData("https://hooks.example.org@evil.net/x", "hooks.example.org", false)]
    [InlineData("http://hooks.example.org/x", "hooks.example.org", false)]
    [InlineData("http://localhost:5000/x", "localhost:5000", true)]
    [InlineData("http://127.0.0.1:5000/x", "127.0.0.1:5001", false)]
    public void Webhooks_go_to_the_hosts_that_are_allowed(string address, string host, bool allowed)
    {
        var options = new NotificationOptions { WebhookHosts = ["other.example.net", host], WebhookSecrets = ["0123456789abcdef"] };

        BatchFunctionsException? refusal = Record.Exception(() => WebhookChannel.Require(address, options)) as BatchFunctionsException;

        Assert.Equal(allowed, refusal is null);
        if (refusal is not null)
            Assert.DoesNotContain("/x", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(NotificationOptions.EventGridEndpointVariable, "http://topic.example.org/api/events")]
    [InlineData(NotificationOptions.EventGridEndpointVariable, "topic")]
    [InlineData(NotificationOptions.WebhookHostsVariable, "hooks.example.org;https://other.example.org/hook")]
    [InlineData(NotificationOptions.WebhookHostsVariable, "*")]
    [InlineData(NotificationOptions.WebhookSecretVariable, "too short")]
    [InlineData(NotificationOptions.WebhookSecretVariable, "whsec_this-is-no-base64!")]
    public void What_is_wrong_with_the_settings_names_the_variable_and_no_secret(string variable, string value)
    {
        string problem = Assert.Single(NotificationOptions.Read(name => name == variable ? value : null).ListProblems());

        Assert.StartsWith(variable, problem, StringComparison.Ordinal);
        if (variable == NotificationOptions.WebhookSecretVariable)
            Assert.DoesNotContain(value, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_are_right_are_read_as_they_are_written()
    {
        Dictionary<string, string> variables = new()
        {
            [NotificationOptions.EventGridEndpointVariable] = "https://topic.westeurope-1.eventgrid.azure.net/api/events",
            [NotificationOptions.WebhookHostsVariable] = "hooks.example.org; *.example.net ;localhost:8080",
            [NotificationOptions.WebhookSecretVariable] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw 0123456789abcdef",
        };

        NotificationOptions options = NotificationOptions.Read(variables.GetValueOrDefault);

        Assert.Empty(options.ListProblems());
        Assert.Equal(["hooks.example.org", "*.example.net", "localhost:8080"], options.WebhookHosts);
        Assert.Equal(2, options.WebhookSecrets.Count);
        Assert.Empty(new NotificationOptions().ListProblems());
    }
}
