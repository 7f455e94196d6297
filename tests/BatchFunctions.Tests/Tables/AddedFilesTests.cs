using BatchFunctions.Tables.Log;
using CsCheck;

namespace BatchFunctions.Tests.Tables;

public sealed class AddedFilesTests
{
    private static readonly Gen<(int What, int Pick, int Other)[]> Histories =
        Gen.Select(Gen.Frequency((4, Gen.Const(0)), (2, Gen.Const(1)), (1, Gen.Const(2)), (1, Gen.Const(3))), Gen.Int[0, 20], Gen.Int[0, 20], (what, pick, other) => (what, pick, other)).Array[1, 14];

    /// <summary>Whatever is done to a table, what is found is exactly the rows that came and are there yet, or nothing is said at all.</summary>
    [Fact]
    public void The_files_found_hold_the_rows_that_were_added_and_no_others()
    {
        int told = 0, rearranged = 0;
        Gen.Select(Histories, Gen.Int[0, 6]).Sample(
            (history, after) =>
            {
                var table = new ModelTable();
                foreach (var (what, pick, other) in history)
                    table.Do(what, pick, other);
                after = Math.Min(after, table.Versions.Count);
                var added = new AddedFiles("t");
                try
                {
                    for (int version = after; version < table.Versions.Count; version++)
                        added.Apply(version, table.Versions[version]);
                }
                catch (BatchFunctionsException e) when (e.Kind == ErrorKind.Request)
                {
                    Assert.True(table.Versions.Skip(after).Any(v => v.Any(a => a.Remove?.DataChange == true)), "Refused, though rows only ever came.");
                    return;
                }

                Assert.Equal(table.RowsSince(after), added.Files.SelectMany(f => table.Contents[f.Path!]).Order());
                Interlocked.Increment(ref told);
                if (table.Versions.Skip(after).Any(v => v.Any(a => a.Remove?.DataChange == false)))
                    Interlocked.Increment(ref rearranged);
            },
            iter: 3_000,
            threads: 2);
        Assert.True(told > 500 && rearranged > 200, $"{told} histories were told, {rearranged} of them with rows laid out anew.");
    }

    private sealed class ModelTable
    {
        private readonly List<string> _live = [];
        private readonly Dictionary<int, int> _cameIn = [];
        private int _files;
        private int _rows;

        public List<IReadOnlyList<LogEntry>> Versions { get; } = [];

        public Dictionary<string, int[]> Contents { get; } = [];

        public IEnumerable<int> RowsSince(int version) => _live.SelectMany(f => Contents[f]).Where(r => _cameIn[r] >= version).Order();

        public void Do(int what, int pick, int other)
        {
            string? one = _live.Count == 0 ? null : _live[pick % _live.Count], two = _live.Count == 0 ? null : _live[other % _live.Count];
            switch (what)
            {
                case 0:
                    int row = _rows++;
                    _cameIn[row] = Versions.Count;
                    Commit([], [[row]], dataChange: true);
                    break;
                case 1 when one is not null && one != two:
                    Commit([one, two!], [[.. Contents[one], .. Contents[two!]]], dataChange: false);
                    break;
                case 2 when one is not null:
                    Commit([one], [], dataChange: true);
                    break;
                case 3 when one is not null && Contents[one].Length > 1:
                    Commit([one], [Contents[one][1..]], dataChange: true);
                    break;
            }
        }

        private void Commit(string[] removed, int[][] added, bool dataChange)
        {
            List<LogEntry> entries = [.. removed.Select(f => new LogEntry { Remove = new RemoveFile { Path = f, DataChange = dataChange } })];
            _live.RemoveAll(removed.Contains);
            foreach (int[] rows in added)
            {
                string file = $"file-{_files++}";
                Contents[file] = rows;
                _live.Add(file);
                entries.Add(new LogEntry { Add = new AddFile { Path = file, DataChange = dataChange } });
            }

            Versions.Add(entries);
        }
    }
}
