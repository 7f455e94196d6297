using BatchFunctions.Storage;
using BatchFunctions.Tables.Log;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Tables;

/// <summary>The tables of a folder: one in each <c>schema/table</c> below it.</summary>
/// <param name="folder">The folder.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">Where logs go.</param>
public sealed class TableCatalog(StoreLocation folder, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>The names of all tables, in ordinal order.</summary>
    public async Task<IReadOnlyList<TableName>> ListAsync(CancellationToken cancellationToken)
    {
        string prefix = folder.Path.Length == 0 ? "" : folder.Path + "/";
        SortedSet<string> paths = new(StringComparer.Ordinal);
        await foreach (ObjectProperties found in folder.Store.ListAsync(prefix, cancellationToken))
        {
            string[] names = found.Key[prefix.Length..].Split('/');
            if (names.Length == 4 && names[2] == LogFileName.Folder && LogFileName.Parse(names[3]) is not null)
                paths.Add($"{names[0]}.{names[1]}");
        }

        return [.. paths.Select(TableName.Parse)];
    }

    /// <summary>Names a table; it need not be there yet.</summary>
    public Table Find(TableName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new Table(PlaceOf(name), time, loggers);
    }

    /// <summary>Where a table stands.</summary>
    public StoreLocation PlaceOf(TableName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return folder.Below(name.Path);
    }

    /// <inheritdoc/>
    public override string ToString() => folder.ToString();
}
