using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace BatchFunctions.Local;

/// <summary>A place in the list of jobs, which is in descending order of time, then of id: behind the job named here.</summary>
/// <param name="CreatedTicks">When that job was created, in UTC ticks.</param>
/// <param name="JobId">Its id.</param>
internal readonly record struct JobCursor(long CreatedTicks, string JobId)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: nobody wrote it.</exception>
    public static JobCursor Parse(string text)
    {
        if (Base64Url.IsValid(text)
            && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(' ') is [var ticks, { Length: > 0 } id]
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var created))
        {
            return new JobCursor(created, id);
        }

        throw new BatchFunctionsException(
            ErrorKind.Request, $"'{text}' is no place in the list of jobs. Give what the page before says of the next one, unchanged, or nothing for the first page.");
    }

    /// <summary>The text that a page gives for the next one.</summary>
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{CreatedTicks} {JobId}")));
}
