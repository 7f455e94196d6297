namespace BatchFunctions.Api.Tests.Hosting;

/// <summary>The system's clock, which a test can put forward.</summary>
internal sealed class Clock : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

    public override long GetTimestamp() => base.GetTimestamp() + (Interlocked.Read(ref _ahead) * TimestampFrequency / TimeSpan.TicksPerSecond);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks);
}
