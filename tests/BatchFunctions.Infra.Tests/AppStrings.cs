using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using BatchFunctions.Api;
using BatchFunctions.FunctionApp.Functions;
using BatchFunctions.Sql;
using BatchFunctions.Workflow;

namespace BatchFunctions.Infra.Tests;

/// <summary>
/// The names of settings that stand in the compiled Functions app and in the libraries that it is made of, whether they are looked up, bound
/// by an attribute, or only spoken of.
/// </summary>
internal static partial class AppStrings
{
    /// <summary>Names that start with BATCHFN_.</summary>
    public static IReadOnlyList<string> SettingNames { get; } =
    [
        .. new[] { typeof(TriggerFunctions), typeof(HostSettings), typeof(SqlOptions), typeof(JobServices) }.SelectMany(type => NamesIn(Of(type.Assembly)))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The names among texts.</summary>
    public static IEnumerable<string> NamesIn(IEnumerable<string> texts) => texts.SelectMany(text => Name().Matches(text).Select(match => match.Value));

    /// <summary>All texts that stand in an assembly, the arguments of its attributes among them.</summary>
    public static IReadOnlyList<string> Of(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var reader = file.GetMetadataReader();
        var strings = new List<string>();
        for (var handle = MetadataTokens.UserStringHandle(1); !handle.IsNil; handle = reader.GetNextHandle(handle))
            strings.Add(reader.GetUserString(handle));

        // The arguments of attributes stand among the blobs, as UTF-8.
        foreach (var attribute in reader.CustomAttributes)
            strings.Add(System.Text.Encoding.UTF8.GetString(reader.GetBlobBytes(reader.GetCustomAttribute(attribute).Value)));
        return strings;
    }

    [GeneratedRegex("BATCHFN_[A-Z][A-Z_]*[A-Z]")]
    private static partial Regex Name();
}
