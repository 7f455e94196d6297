using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BatchFunctions.FunctionApp.Functions;
using BatchFunctions.Telemetry;
using BatchFunctions.Workflow;
using Microsoft.Azure.Functions.Worker;

namespace BatchFunctions.Infra.Tests;

public sealed partial class AlertTests(BicepFixture bicep)
{
    public static TheoryData<string> Queries => [.. InfraFiles.EndingIn(".kql")];

    [Fact]
    public async Task Each_query_is_asked_by_a_rule_and_has_its_column_and_its_dimensions()
    {
        var rules = await RulesAsync();

        Assert.Equal(InfraFiles.EndingIn(".kql").Count, rules.Count);
        Assert.All(rules, rule =>
        {
            var criterion = rule["properties"]!["criteria"]!["allOf"]![0]!;
            var query = (string)criterion["query"]!;
            Assert.Contains($" {criterion["metricMeasureColumn"]} = ", query, StringComparison.Ordinal);
            var last = query.Split('\n').Last(line => line.Contains("summarize", StringComparison.Ordinal));
            var groups = last.Contains(" by ", StringComparison.Ordinal) ? last.Split(" by ")[^1].Split(", ") : [];
            Assert.Equal(groups, criterion["dimensions"]!.AsArray().Select(dimension => (string)dimension!["name"]!));
        });
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public void A_metric_that_is_asked_for_is_one(string file)
    {
        var names = Metric().Matches(InfraFiles.Read(file)).Select(match => match.Groups[1].Value).ToArray();

        Assert.All(names, name => Assert.Contains(name, Instruments()));
        Assert.Equal(InfraFiles.Read(file).Contains("AppMetrics", StringComparison.Ordinal), names.Length > 0);
        Assert.All(Tag().Matches(InfraFiles.Read(file)), tag => Assert.Equal(BatchMeter.PipelineTag, tag.Groups[1].Value));
    }

    [Fact]
    public async Task The_workbook_that_is_deployed_shows_metrics_that_there_are()
    {
        var text = (string)(await bicep.SnapshotAsync(Variant.Flex)).Single("Microsoft.Insights/workbooks")["properties"]!["serializedData"]!;
        var names = Metric().Matches(text).Select(match => match.Groups[1].Value).ToArray();

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains(name, Instruments()));
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public void An_event_that_is_asked_for_is_told_in_that_form(string file)
    {
        var query = InfraFiles.Read(file);
        var events = Event().Matches(query).Select(match => match.Groups[1].Value).ToArray();
        var strings = AppStrings.Of(typeof(JobEvent).Assembly);

        Assert.All(events, name => Assert.Contains(name, strings));
        Assert.Equal(query.Contains("AppTraces", StringComparison.Ordinal), events.Length > 0);
        if (events.Length > 0)
        {
            Assert.Contains("parse Message with 'Job ' Job ' ' Event ':'", query, StringComparison.Ordinal);
            Assert.Contains("Job {JobId} {Event}: {Message}", strings);
        }
    }

    [Fact]
    public void The_function_whose_silence_is_told_of_is_the_one_that_the_clock_starts()
    {
        var clock = Assert.Single(typeof(TriggerFunctions).GetMethods(), method => method.GetParameters().Any(parameter => parameter.IsDefined(typeof(TimerTriggerAttribute), false)));
        var name = ((FunctionAttribute)clock.GetCustomAttributes(typeof(FunctionAttribute), false)[0]).Name;

        Assert.Contains($"Name == '{name}'", InfraFiles.Read("alerts/nobody-looks.kql"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("churn-20260208-020000", true)]
    [InlineData("churn-eu-20260208-020000", false)]
    [InlineData("churn-5f0c1e7a9b3d2c4e6f80", false)]
    public async Task A_run_that_was_due_is_one_that_the_schedule_started(string job, bool isDue)
    {
        var query = (string)Criterion(await RuleAsync("no-run-churn"))["query"]!;

        Assert.Equal(isDue, Regex.IsMatch(job, KustoRegex().Match(query).Groups[1].Value));
    }

    [Fact]
    public async Task The_limits_are_those_that_were_asked_for()
    {
        Assert.Equal(100, (int)Criterion(await RuleAsync("failed-records"))["threshold"]!);
        Assert.Equal("GreaterThan", (string?)Criterion(await RuleAsync("failed-records"))["operator"]);
        Assert.Equal(95, (int)Criterion(await RuleAsync("success-rate"))["threshold"]!);
        Assert.Equal("LessThan", (string?)Criterion(await RuleAsync("success-rate"))["operator"]);
    }

    [Fact]
    public async Task What_is_told_by_silence_has_a_row_also_where_there_is_nothing()
    {
        foreach (var rule in (await RulesAsync()).Where(rule => (int)Criterion(rule)["threshold"]! == 1))
        {
            Assert.Equal("LessThan", (string?)Criterion(rule)["operator"]);
            Assert.Empty(Criterion(rule)["dimensions"]!.AsArray());
        }
    }

    [Fact]
    public async Task Every_rule_wakes_the_group_and_stands_in_the_documentation()
    {
        var snapshot = await bicep.SnapshotAsync(Variant.Private);
        var group = (string)snapshot.Single("Microsoft.Insights/actionGroups")["id"]!;
        var documented = MarkdownTable.Below(InfraFiles.Read("README.md"), "## Alerts").Select(row => row[0].Trim('`').Replace("PIPELINE", "churn", StringComparison.Ordinal));
        var rules = (await RulesAsync()).Concat(snapshot.Of("Microsoft.Insights/metricAlerts")).ToArray();

        Assert.Equal(rules.Select(NameOf).Order(), documented.Order());
        Assert.All(rules, rule => Assert.Contains(group, rule["properties"]!["actions"]!.ToJsonString(), StringComparison.Ordinal));
        Assert.Single(snapshot.Single("Microsoft.Insights/actionGroups")["properties"]!["emailReceivers"]!.AsArray());
    }

    private static List<string> Instruments()
    {
        var instruments = new List<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => instruments.Add(instrument.Name) };
        listener.Start();
        using var meter = new BatchMeter();
        return instruments;
    }

    private static JsonNode Criterion(JsonNode rule) => rule["properties"]!["criteria"]!["allOf"]![0]!;

    private static string NameOf(JsonNode rule) => string.Join('-', ((string)rule["name"]!).Split('-').Skip(2));

    private async Task<JsonNode> RuleAsync(string name) => Assert.Single(await RulesAsync(), rule => NameOf(rule) == name);

    private async Task<IReadOnlyList<JsonNode>> RulesAsync() => (await bicep.SnapshotAsync(Variant.Private)).Of("Microsoft.Insights/scheduledQueryRules");

    [GeneratedRegex("'(batch\\.[a-z_.]+)'")]
    private static partial Regex Metric();

    [GeneratedRegex(@"Properties\['(\w+)'\]")]
    private static partial Regex Tag();

    [GeneratedRegex("Event == '([a-z_]+)'")]
    private static partial Regex Event();

    [GeneratedRegex("matches regex @'([^']+)'")]
    private static partial Regex KustoRegex();
}
