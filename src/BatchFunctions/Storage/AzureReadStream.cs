namespace BatchFunctions.Storage;

/// <summary>The content of a blob as it arrives: failures on the way are told as such, and so is an early end.</summary>
internal sealed class AzureReadStream : ForwardStream
{
    private readonly Stream _content;
    private readonly Func<Exception, BatchFunctionsException> _translate;
    private readonly Func<BatchFunctionsException> _tooShort;
    private long _left;

    /// <summary>Takes over the stream that the service answered with.</summary>
    /// <param name="content">The service's stream.</param>
    /// <param name="length">How many bytes must come.</param>
    /// <param name="translate">Words for a failure.</param>
    /// <param name="tooShort">The error of an early end.</param>
    public AzureReadStream(
        Stream content, long length, Func<Exception, BatchFunctionsException> translate, Func<BatchFunctionsException> tooShort)
    {
        _content = content;
        _left = length;
        _translate = translate;
        _tooShort = tooShort;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Count(_content.Read(buffer), buffer.Length);
        }
        catch (Exception exception) when (AzureErrors.IsServiceError(exception, CancellationToken.None))
        {
            throw _translate(exception);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Count(await _content.ReadAsync(buffer, cancellationToken), buffer.Length);
        }
        catch (Exception exception) when (AzureErrors.IsServiceError(exception, cancellationToken))
        {
            throw _translate(exception);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _content.Dispose();
        base.Dispose(disposing);
    }

    private int Count(int read, int wanted)
    {
        _left -= read;
        return read == 0 && wanted > 0 && _left > 0 ? throw _tooShort() : read;
    }
}
