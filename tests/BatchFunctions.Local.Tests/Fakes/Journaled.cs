using System.Text.Json;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Fakes;

/// <summary>Reads from a journal which activities of the fake job it has as done.</summary>
internal static class Journaled
{
    public static List<string> Activities(string path, int shards, string jobId = "job-1")
    {
        using var journal = Journal.Open(path);
        var done = new List<string>();
        if (journal.FindInstance(jobId) is not { } root)
            return done;
        foreach (var entry in journal.ReadHistory(root))
        {
            if (entry.Kind == HistoryKind.SubWorkflowCompleted)
            {
                var group = JsonSerializer.Deserialize(entry.Payload!, WorkflowJson.Default.GroupOutcome)!;
                done.AddRange(Enumerable.Range(group.First, group.Count).Except(group.Again).Select(shard => $"ScoreShard {shard}"));
            }
            else if (entry.Kind == HistoryKind.ActivityCompleted && entry.Name is not ("AggregateGroup" or "Notify"))
            {
                done.Add(entry.Name);
            }
        }

        foreach (var pass in new[] { "shards", "again" })
        {
            for (var first = 0; first < shards; first += JobWorkflow.GroupSize)
            {
                if (journal.FindInstance($"{jobId}:{pass}-{first:D5}") is { } group)
                {
                    done.AddRange(journal.ReadHistory(group).Where(entry => entry.Kind == HistoryKind.ActivityCompleted).Select(entry =>
                        $"ScoreShard {JsonSerializer.Deserialize(entry.Payload!, WorkflowJson.Default.ShardOutcome)!.Shard}"));
                }
            }
        }

        return done;
    }
}
