using BatchFunctions.Pipelines;
using static BatchFunctions.Tests.Pipelines.PipelineTexts;

namespace BatchFunctions.Tests.Pipelines;

public sealed class PipelineEnvironmentTests
{
    private static string Source(string path) => $"name: churn\nsource:\n  path: {path}\nmodel: churn@1.2.0\n";

    [Theory]
    [InlineData("${DIR}", "data")]
    [InlineData("${DIR}/a.csv", "data/a.csv")]
    [InlineData("a/${DIR}/${DIR}.csv", "a/data/data.csv")]
    [InlineData("'${DIR}/a.csv'", "data/a.csv")]
    [InlineData("\"${DIR}/a.csv\"", "data/a.csv")]
    [InlineData("${NONE:-x, y: {z}", "x, y: {z")]
    [InlineData("${EMPTY:-fallback}", "fallback")]
    [InlineData("${DIR:-fallback}", "data")]
    [InlineData("$${DIR}/a.csv", "${DIR}/a.csv")]
    [InlineData("a$b.csv", "a$b.csv")]
    [InlineData("a/{date}/{date:yyyy}.csv", "a/{date}/{date:yyyy}.csv")]
    [InlineData("${TRICKY}", "x: y\n#z")]
    public void References_are_filled_in(string path, string expected)
    {
        string text = Source(path);
        if (expected.Contains('\n', StringComparison.Ordinal))
            text = text.Replace("path: ", "path: a.csv\n  id: ", StringComparison.Ordinal);
        (string, string)[] environment = [("DIR", "data"), ("EMPTY", ""), ("TRICKY", "x: y\n#z")];
        if (expected.Contains('\n', StringComparison.Ordinal))
        {
            Assert.Contains("source.id: the value of '${TRICKY}' does not fit, such as customer_id.", Refusal(text, environment), StringComparison.Ordinal);
            return;
        }

        Assert.Equal(expected, Read(text, environment).Definition.Source.Path);
    }

    [Fact]
    public void A_value_never_becomes_a_key() =>
        Assert.Equal("a.csv, id: x", Read("name: churn\nsource: { path: ${P} }\nmodel: churn@1\n", ("P", "a.csv, id: x")).Definition.Source.Path);

    [Theory]
    [InlineData("${N}")]
    [InlineData("\"${N}\"")]
    public void Numbers_may_come_from_the_environment(string written) =>
        Assert.Equal(7, Read(Minimal + $"shards: {{ max_parallel: {written} }}\n", ("N", "7")).Definition.Shards.MaxParallel);

    [Fact]
    public void An_empty_variable_is_no_value() =>
        Assert.Null(Read(Minimal + "notify: { webhook: ${W:-} }\n").Definition.Notify!.Webhook);

    [Fact]
    public void A_variable_that_is_not_set_is_named_with_its_line() =>
        Assert.StartsWith("p.yaml:3:9: The environment variable DIR is not set; set it, or write ${DIR:-default}.", Refusal(Source("${DIR}/a.csv")), StringComparison.Ordinal);

    [Theory]
    [InlineData("${}")]
    [InlineData("${1A}")]
    [InlineData("${A-b}")]
    [InlineData("x${A")]
    public void A_reference_that_is_none_is_refused(string path) =>
        Assert.Contains("3:9: '${' starts an environment variable: write ${NAME} or ${NAME:-default}, or $${ for the characters themselves.", Refusal(Source(path), ("A", "a")), StringComparison.Ordinal);

    [Fact]
    public void A_key_cannot_come_from_the_environment() =>
        Assert.Contains("A key cannot come from the environment", Refusal(Minimal + "${K}: 1\n", ("K", "version")), StringComparison.Ordinal);

    [Theory]
    [InlineData("version: ${S}")]
    [InlineData("shards: ${S}")]
    [InlineData("shards: { max_parallel: ${S} }")]
    [InlineData("output: { path: x, format: ${S} }")]
    [InlineData("output: { single_file: ${S} }")]
    [InlineData("output: { include: [${S}, ${S}] }")]
    [InlineData("output: { table: { name: ${S} } }")]
    [InlineData("retry: { first_delay: ${S} }")]
    [InlineData("retry: { backoff: ${S} }")]
    [InlineData("decisions: { bands: { low: ${S}, high: ${S} } }")]
    [InlineData("trigger: { schedule: ${S} }")]
    [InlineData("trigger: { arrival: { min_bytes: ${S} } }")]
    [InlineData("notify: { webhook: ${S} }")]
    [InlineData("validation: { columns: { age: { type: int64, allowed: [${S}] } } }")]
    public void What_came_from_the_environment_is_never_shown(string more)
    {
        string message = Refusal(Minimal + more + "\n", ("S", "hunter2 hunter2"));

        Assert.DoesNotContain("hunter2", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_model_from_the_environment_is_not_shown() =>
        Assert.Equal("p.yaml:4:8: model: the value of '${M}' does not fit, such as churn@1.2.0.", Refusal("name: churn\nsource:\n  path: a.csv\nmodel: ${M}\n", ("M", "hunter2")));

    [Fact]
    public void The_digest_knows_the_name_of_a_secret_and_not_its_value()
    {
        PipelineDocument a = Read(Full, ("ALERT_WEBHOOK", "https://hooks.example.org/a"));
        PipelineDocument b = Read(Full, ("ALERT_WEBHOOK", "https://hooks.example.org/b"));

        Assert.Equal(a.Sha256, b.Sha256);
        Assert.Contains("\"webhook\":\"${ALERT_WEBHOOK}\"", a.CanonicalJson, StringComparison.Ordinal);
        Assert.DoesNotContain("hooks.example.org", a.CanonicalJson, StringComparison.Ordinal);
    }
}
