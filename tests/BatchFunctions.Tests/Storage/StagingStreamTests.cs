using BatchFunctions.Storage;
using BatchFunctions.TestSupport;
using CsCheck;

namespace BatchFunctions.Tests.Storage;

public sealed class StagingStreamTests : IDisposable
{
    private static readonly Gen<(int Kind, int Size)> Step = Gen.Select(Gen.Int[0, 5], Gen.Frequency((6, Gen.Int[0, 300]), (2, Gen.Int[0, 200_000])));

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void It_behaves_as_memory_does_however_it_is_written_and_looked_back_at() =>
        Step.Array[1, 30].Sample(
            steps =>
            {
                string path = _folder.Combine(Guid.NewGuid().ToString("n"));
                using StagingStream staged = StagingStream.Create(path);
                using var memory = new MemoryStream();
                foreach (Stream stream in (Stream[])[staged, memory])
                    for (int i = 0; i < steps.Length; i++)
                        Do(stream, steps[i].Kind, steps[i].Size, i);
                (long length, long position) = (staged.Length, staged.Position);
                byte[] expected = memory.ToArray(), content = new byte[expected.Length];
                staged.Position = 0;
                staged.ReadExactly(content);
                staged.FlushToDisk();
                staged.Release();

                Assert.Equal((memory.Length, memory.Position), (length, position));
                Assert.Equal(expected, content);
                Assert.Equal(expected, File.ReadAllBytes(path));
            },
            iter: 200);

    public void Dispose() => _folder.Dispose();

    private static void Do(Stream stream, int kind, int size, int seed)
    {
        switch (kind)
        {
            case 0:
                stream.Position = Math.Min(size, stream.Length);
                break;
            case 1:
                stream.Flush();
                break;
            case 2:
                Assert.InRange(stream.Read(new byte[size]), 0, size);
                break;
            default:
                byte[] bytes = new byte[size];
                new Random(seed).NextBytes(bytes);
                stream.Write(bytes);
                break;
        }
    }
}
