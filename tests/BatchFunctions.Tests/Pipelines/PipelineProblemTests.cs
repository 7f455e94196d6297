using BatchFunctions.Pipelines.Loading;
using static BatchFunctions.Tests.Pipelines.PipelineTexts;

namespace BatchFunctions.Tests.Pipelines;

public sealed class PipelineProblemTests
{
    [Fact]
    public void A_mistyped_key_is_named_with_line_column_and_the_nearest_key() =>
        Assert.Equal(
            "p.yaml:3:3: source.pth is no key of 'source'; did you mean 'path'?",
            Refusal("name: churn\nsource:\n  pth: a.csv\n  path: a.csv\nmodel: churn@1\n"));

    [Fact]
    public void Every_keys_misspelling_is_reported_in_its_line_with_the_right_key()
    {
        string[] lines = EveryKey.Split('\n');
        var missing = PipelineKeys.All().Select(k => k.Key.Name).ToHashSet();
        for (int i = 0; i < lines.Length; i++)
        {
            string key = lines[i].Trim().Split(':')[0];
            if (!missing.Contains(key))
                continue;
            string[] changed = [.. lines];
            int column = lines[i].IndexOf(key, StringComparison.Ordinal);
            changed[i] = lines[i].Insert(column + 1, "x");
            string message = Refusal(string.Join('\n', changed));
            Assert.Matches($@"(?m)^p\.yaml:{i + 1}:{column + 1}: .*{key.Insert(1, "x")} is no key of .*(did you mean '{key}'\?|its keys are .*{key}.*)", message);
        }
    }

    [Theory]
    [InlineData("maxParallel", "max_parallel")]
    [InlineData("max-parallel", "max_parallel")]
    [InlineData("MAX_PARALLEL", "max_parallel")]
    [InlineData("taget_rows", "target_rows")]
    [InlineData("target_row", "target_rows")]
    public void Other_spellings_of_a_key_are_recognised(string written, string meant) =>
        Assert.Equal($"p.yaml:5:11: shards.{written} is no key of 'shards'; did you mean '{meant}'?", Refusal(Minimal.TrimEnd('\n') + $"\nshards: {{ {written}: 1 }}\n"));

    [Fact]
    public void A_key_in_the_wrong_place_is_sent_to_the_right_one() =>
        Assert.Contains("5:1: threshold is no key of the pipeline; its keys are name, version, source, model, validation, decisions, output, shards, retry, policy, evaluation, challenger, monitoring, trigger, notify, retention, scoring. Did you mean 'decisions.threshold'?", Refusal(Minimal.TrimEnd('\n') + "\nthreshold: 0.5\n"), StringComparison.Ordinal);

    [Fact]
    public void All_problems_come_at_once_in_the_order_of_the_file()
    {
        string message = Refusal("name: Churn!\nsource:\n  format: xml\nmodel: churn\nshards: { max_parallel: 0 }\n");

        Assert.Equal(
            """
            p.yaml has 5 problems:
            p.yaml:1:7: name: 'Churn!' is no name: write lower-case letters, digits, '-' and '_', starting with a letter or digit, 64 at most.
            p.yaml:3:3: source lacks the key 'path', such as customers/*.parquet.
            p.yaml:3:11: source.format is 'xml'; write one of parquet, csv, jsonl.
            p.yaml:4:8: model: 'churn' is no model reference. Write name@version, such as churn@1.2.0, or name@approved.
            p.yaml:5:25: shards.max_parallel is '0', but must be from 1 to 10,000.
            """.ReplaceLineEndings("\n"),
            message);
    }

    [Fact]
    public void At_most_twenty_problems_are_listed()
    {
        string message = Refusal(Minimal + string.Concat(Enumerable.Range(0, 30).Select(i => $"zzzzzzzz{i}: 1\n")));

        Assert.StartsWith("p.yaml has 30 problems:", message, StringComparison.Ordinal);
        Assert.Equal(22, message.Split('\n').Length);
        Assert.EndsWith("… and 10 more.", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name: [a]", "name is a list, but must be text, such as churn.")]
    [InlineData("version: three", "version is 'three', but must be a whole number, without quotes.")]
    [InlineData("version: \"3\"", "version is the text '3', but must be a whole number, without quotes.")]
    [InlineData("version: 1.5", "version is '1.5', but must be a whole number")]
    [InlineData("version: 0", "version is '0', but must be at least 1.")]
    [InlineData("version: 99999999999", "version is '99999999999', but must be at least 1.")]
    [InlineData("shards: 5", "shards is '5', but must be a mapping with the keys target_rows, max_parallel.")]
    [InlineData("shards: { target_rows: 0 }", "shards.target_rows is '0', but must be at least 1.")]
    [InlineData("shards: { max_parallel: 10001 }", "must be from 1 to 10,000")]
    [InlineData("output: { format: jsonl }", "output.format is 'jsonl'; write one of parquet, csv.")]
    [InlineData("output: { format: parket }", "did you mean 'parquet'? Allowed: parquet, csv.")]
    [InlineData("output: { include: age }", "output.include is 'age', but must be a list, such as [age, region].")]
    [InlineData("output: { include: [age, age] }", "The column 'age' occurs twice in output.include; remove one.")]
    [InlineData("output: { include: [age, [b]] }", "An item of output.include is a list, but must be text.")]
    [InlineData("output: { include: [age, ] , path: ' ' }", "output.path: ' ' is blank, but a value is needed.")]
    [InlineData("output: { single_file: yes }", "output.single_file is 'yes', but must be true or false, without quotes.")]
    [InlineData("output: { table: { name: 'a b' } }", "output.table.name: 'a b' is no table name: write schema.table.")]
    [InlineData("retry: { attempts: 101 }", "retry.attempts is '101', but must be from 1 to 100.")]
    [InlineData("retry: { backoff: 0.5 }", "retry.backoff is '0.5', but must be from 1 to 100.")]
    [InlineData("retry: { backoff: .inf }", "retry.backoff is '.inf', but must be a number, without quotes.")]
    [InlineData("retry: { first_delay: 10 }", "retry.first_delay is '10', but must be a duration such as 500ms, 10s, 15m, 1h30m or 2d.")]
    [InlineData("retry: { first_delay: 30m1h }", "retry.first_delay is '30m1h', but must be a duration")]
    [InlineData("retry: { first_delay: 2h }", "retry.first_delay (2h) is longer than max_delay (1h).")]
    [InlineData("policy: { min_success_rate: 95 }", "policy.min_success_rate is '95', but must be from 0 to 1.")]
    [InlineData("policy: { deadline: 0s }", "policy.deadline is '0s', but must be more than 0s.")]
    [InlineData("policy: { max_failed_records: -1 }", "policy.max_failed_records is '-1', but must be at least 0.")]
    [InlineData("decisions: { threshold: 70 }", "decisions.threshold is '70', but must be from 0 to 1.")]
    [InlineData("decisions: { bands: { low: 0.7, high: 0.3 } }", "decisions.bands.high is '0.3', which is not above low; write the bands with ascending ends.")]
    [InlineData("decisions: { bands: {} }", "decisions.bands is empty; write at least one band, or remove the key.")]
    [InlineData("decisions: { bands: { low: many } }", "decisions.bands.low is 'many', but must be a number, without quotes.")]
    [InlineData("decisions: { calibration: {} }", "decisions.calibration is empty; write platt: { a: …, b: … }, isotonic: { x: […], y: […] } or temperature: …, or remove the key.")]
    [InlineData("decisions: { calibration: { platt: { a: 1, b: 0 }, temperature: 2 } }", "decisions.calibration has several of platt, isotonic and temperature; keep one.")]
    [InlineData("decisions: { calibration: { temperature: 0 } }", "decisions.calibration.temperature is '0', but must be more than 0 and at most 1,000.")]
    [InlineData("decisions: { calibration: { isotonic: { x: [0.1, 0.5], y: [0.2] } } }", "decisions.calibration.isotonic.y has 1 numbers and x has 2; each point needs both.")]
    [InlineData("decisions: { calibration: { isotonic: { x: [0.5, 0.1], y: [0.2, 0.3] } } }", "decisions.calibration.isotonic.x must ascend.")]
    [InlineData("decisions: { calibration: { isotonic: { x: [0.1, 0.5], y: [0.2, 1.3] } } }", "decisions.calibration.isotonic.y[1] is '1.3', but must be from 0 to 1.")]
    [InlineData("decisions: { calibration: { isotonic: { x: [0.1, b], y: [0.2, 0.3] } } }", "decisions.calibration.isotonic.x[1] is 'b', but must be a number, without quotes.")]
    [InlineData("decisions: { thresholds: { values: { north: 0.5 } } }", "decisions.thresholds lacks the key 'by', such as region.")]
    [InlineData("decisions: { thresholds: { by: region, values: { north: 5 } } }", "decisions.thresholds.values.north is '5', but must be from 0 to 1.")]
    [InlineData("decisions: { thresholds: { by: region, values: {} } }", "decisions.thresholds.values is empty; write at least one segment, or remove the key.")]
    [InlineData("decisions: { thresholds: { by: region, values: { a: 1 }, unseen: refuse } }", "decisions.thresholds.unseen is 'refuse'; write one of default, reject.")]
    [InlineData("decisions: { rules: [] }", "decisions.rules is empty; write at least one rule, or remove the key.")]
    [InlineData("decisions: { rules: { when: a, action: b } }", "decisions.rules is a mapping, but must be a list, such as - {")]
    [InlineData("decisions: { rules: [call] }", "decisions.rules[0] is 'call', but must be a mapping with the keys when, action.")]
    [InlineData("decisions: { rules: [{ when: a > 1 }] }", "decisions.rules[0] lacks the key 'action', such as call.")]
    [InlineData("decisions: { rules: [{ wen: a > 1, action: call }] }", "decisions.rules[0].wen is no key of 'decisions.rules[0]'; did you mean 'when'?")]
    [InlineData("decisions: { rules: [{ action: call }, { when: a > 1, action: mail }] }", "decisions.rules[0] matches every record, so that no rule behind it could; write 'when', or move it to the end.")]
    [InlineData("decisions: { calibration: { platt: { a: 1 } } }", "decisions.calibration.platt lacks the key 'b'.")]
    [InlineData("validation: { columns: { age: { min: 5, max: 1 } } }", "validation.columns.age.min is more than max, so that no value could pass.")]
    [InlineData("validation: { columns: { age: { type: string, min: 5 } } }", "validation.columns.age.min is for numbers, but the type is string.")]
    [InlineData("validation: { columns: { age: { type: int64, max_length: 5 } } }", "validation.columns.age.max_length is for text, but the type is int64.")]
    [InlineData("validation: { columns: { age: { type: int64, allowed: [1, x] } } }", "validation.columns.age.allowed has a value that is no whole number")]
    [InlineData("validation: { columns: { age: { type: int } } }", "validation.columns.age.type is 'int'; write one of bool, int32, int64, float32, float64, decimal, date, timestamp, string.")]
    [InlineData("validation: { columns: { age: { typ: int64 } } }", "validation.columns.age.typ is no key of 'validation.columns.age'; did you mean 'type'?")]
    [InlineData("validation: { columns: [age] }", "validation.columns is a list, but must be a mapping from column to rules")]
    [InlineData("monitoring: { drift: { pis: 0.2 } }", "monitoring.drift.pis is no key of 'monitoring.drift'; did you mean 'psi'?")]
    [InlineData("monitoring: { features: { age: { ks: 2 } } }", "monitoring.features.age.ks is '2', but must be more than 0 and at most 1.")]
    [InlineData("monitoring: { features: { age: 0.2 } }", "monitoring.features.age is '0.2', but must be a mapping with the keys psi, ks, js, missing_rate, unseen_rate.")]
    [InlineData("monitoring: { drift: { psi: 0 } }", "monitoring.drift.psi is '0', but must be more than 0.")]
    [InlineData("monitoring: { volume: { min_ratio: 3, max_ratio: 2 } }", "monitoring.volume.min_ratio is more than max_ratio.")]
    [InlineData("monitoring: { volume: {} }", "monitoring.volume is empty")]
    [InlineData("policy: { min_auc: 80 }", "policy.min_auc is '80', but must be from 0 to 1.")]
    [InlineData("evaluation: { label: left, positive: \"1\", negative: 1 }", "evaluation.negative is '1', and so is positive.")]
    [InlineData("evaluation: { segments: [a, b, c, d, e, f, g, h, i, j, k] }", "evaluation.segments names 11 columns; 10 are allowed.")]
    [InlineData("trigger: {}", "trigger is empty; write schedule, arrival or both, or remove the key.")]
    [InlineData("trigger: { schedule: 0 2 * * }", "has 4 fields, but six are needed: second, minute, hour, day, month, day of week; the second may be left out.")]
    [InlineData("trigger: { schedule: 0 25 * * * }", "trigger.schedule: '0 25 * * *' has '25' for the hour, which is none.")]
    [InlineData("trigger: { schedule: 0 0 25 * * * }", "trigger.schedule: '0 0 25 * * *' has '25' for the hour, which is none.")]
    [InlineData("trigger: { schedule: 0 0 2 * * FRY }", "has 'FRY' for the day of week, which is none.")]
    [InlineData("trigger: { schedule: 0 0 2 30 2 * }", "names a day that no calendar has, so it would never start a job.")]
    [InlineData("trigger: { arrival: { min_files: 0 } }", "trigger.arrival.min_files is '0', but must be at least 1.")]
    [InlineData("trigger: { arrival: { min_bytes: 10XB } }", "trigger.arrival.min_bytes is '10XB', but must be a number of bytes, such as 1048576 or 1MiB.")]
    [InlineData("notify: { webhook: ftp://x }", "notify.webhook: 'ftp://x' is no http or https address.")]
    [InlineData("notify: { webhook: 'https://me:pass@example.org' }", "notify.webhook has a password in clear; put the address into an environment variable and write ${NAME}.")]
    [InlineData("scoring: { batch_size: 0 }", "scoring.batch_size is '0', but must be from 1 to 10,000,000 or auto.")]
    [InlineData("scoring: { batch_size: many }", "scoring.batch_size is 'many', but must be a whole number or auto, without quotes.")]
    [InlineData("scoring: { tier: inprocess }", "did you mean 'in_process'? Allowed: in_process, container, auto.")]
    [InlineData("? [a]\n: 1", "A key is a single word, not a list or a mapping.")]
    [InlineData("<<: { version: 2 }", "Merge keys ('<<') are not read")]
    [InlineData("version: !!int 3", "The tag 'tag:yaml.org,2002:int' has no meaning here; remove it.")]
    [InlineData("shards: *s", "'*s' refers to no value that is complete here")]
    [InlineData("shards: &s { target_rows: 1, max_parallel: *s }", "'*s' refers to no value that is complete here")]
    [InlineData("---\nname: other", "A second document starts here; a pipeline file holds one.")]
    [InlineData("version: [1", "This is no YAML: ")]
    public void A_wrong_value_is_refused_with_what_to_write_instead(string more, string complaint)
    {
        string key = more.Split(':')[0];
        string text = (key is "name" ? Minimal.Replace("name: churn\n", "", StringComparison.Ordinal) : Minimal) + more + "\n";

        string message = Refusal(text);

        Assert.Contains(complaint, message, StringComparison.Ordinal);
        Assert.Matches(@"p\.yaml:[0-9]+:[0-9]+: ", message);
    }

    [Theory]
    [InlineData("    - { when: a > 1 && b, action: call }", 7, 21, "'&' means nothing here; write 'and'.")]
    [InlineData("    - { when: \"a > 1 && b\", action: call }", 7, 22, "'&' means nothing here; write 'and'.")]
    [InlineData("    - { when: 'a > 1 && b', action: call }", 7, 22, "'&' means nothing here; write 'and'.")]
    [InlineData("    - { when: \"\\u0061 > 1 && b\", action: call }", 7, 15, ", character 7: '&' means nothing here; write 'and'.")]
    [InlineData("    - when: >\n        a > 1\n        && b\n      action: call", 7, 13, ", character 7: '&' means nothing here; write 'and'.")]
    [InlineData("    - { when: a > 1 && ${B}, action: call }", 7, 15, ": the value of 'a > 1 && ${B}' is no condition that fits, from its character 7 on.")]
    public void What_is_wrong_with_a_condition_is_pointed_at_inside_it(string rule, int line, int column, string complaint)
    {
        string message = Refusal($"name: churn\nsource: {{ path: a.csv }}\nmodel: churn@1\n\ndecisions:\n  rules:\n{rule}\n", ("B", "secret"));

        Assert.StartsWith($"p.yaml:{line}:{column}: decisions.rules[0].when", message, StringComparison.Ordinal);
        Assert.EndsWith(complaint, message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("latest", "would score with whatever was registered last, approved or not")]
    [InlineData("", "is no model reference")]
    public void A_model_without_a_version_is_refused(string version, string complaint) =>
        Assert.Contains(complaint, Refusal(Minimal.Replace("churn@1.2.0", "churn@" + version, StringComparison.Ordinal)), StringComparison.Ordinal);

    [Theory]
    [InlineData("ab")]
    [InlineData("\"\\n\"")]
    [InlineData("'\"'")]
    [InlineData("é")]
    public void A_separator_is_one_ascii_character(string separator) =>
        Assert.Contains("is no separator", Refusal(Minimal.Replace("path: customers.csv", $"path: a.csv\n  csv: {{ separator: {separator} }}", StringComparison.Ordinal)), StringComparison.Ordinal);

    [Fact]
    public void A_key_that_occurs_twice_is_refused_with_both_lines() =>
        Assert.Equal("p.yaml:4:3: The key 'path' occurs twice; it stands already in line 3. Remove one.", Refusal("name: churn\nsource:\n  path: a.csv\n  path: b.csv\nmodel: churn@1\n"));

    [Theory]
    [InlineData("")]
    [InlineData("# nothing but a comment\n")]
    [InlineData("---\n")]
    [InlineData("just words\n")]
    [InlineData("- a\n- b\n")]
    public void A_file_that_is_no_mapping_is_refused(string text) => Assert.Matches("^p.yaml:[12]:.*(empty|blank|must be a mapping)", Refusal(text));

    [Fact]
    public void Missing_required_keys_are_all_named()
    {
        string message = Refusal("version: 2\n");

        Assert.Contains("The pipeline lacks the key 'name'", message, StringComparison.Ordinal);
        Assert.Contains("The pipeline lacks the key 'source'", message, StringComparison.Ordinal);
        Assert.Contains("The pipeline lacks the key 'model', such as churn@1.2.0.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_required_key_without_a_value_is_refused() =>
        Assert.Equal("p.yaml:3:8: source.path has no value, such as customers/*.parquet.", Refusal("name: churn\nsource:\n  path:\nmodel: churn@1\n"));

    [Fact]
    public void A_billion_laughs_are_refused_quickly()
    {
        var text = new System.Text.StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (int i = 1; i < 10; i++)
            text.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");

        Assert.Contains("more than 50,000 values", Refusal(text.ToString()), StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_and_length_are_limited()
    {
        Assert.Contains("nests more than 32 levels deep", Refusal("name: " + new string('[', 100_000)), StringComparison.Ordinal);
        Assert.Contains("larger than 1 MiB", Refusal("# " + new string('x', 1 << 20)), StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_makes_the_loader_throw_anything_else() =>
        CsCheck.Check.Sample(
            CsCheck.Gen.Select(CsCheck.Gen.Int[0, Full.Length - 1], CsCheck.Gen.Int[0, 12], CsCheck.Gen.String["{}[]:,'\"#&*!|>%@`- \n\tx${"]),
            (at, cut, insert) =>
            {
                string text = Full.Remove(at, Math.Min(cut, Full.Length - at)).Insert(at, insert);
                try
                {
                    Read(text, ("ALERT_WEBHOOK", "https://hooks.example.org/s3cret"));
                }
                catch (BatchFunctionsException e)
                {
                    Assert.StartsWith("p.yaml", e.Message, StringComparison.Ordinal);
                    Assert.DoesNotContain("s3cret", e.Message, StringComparison.Ordinal);
                    Assert.DoesNotContain(e.Message, c => c is >= '\uE000' and <= '\uE07F');
                }
            },
            iter: 4_000);
}
