using System.Reflection;
using System.Runtime.CompilerServices;

namespace BatchFunctions.Pipelines.Loading;

/// <summary>
/// All keys of the pipeline file, read off <see cref="PipelineDefinition"/> and the types below it: a property is a key, its name in
/// snake_case; a required property is a required key; the value of a fresh instance is the default.
/// </summary>
internal static class PipelineKeys
{
    /// <summary>The pipeline itself, with everything below it.</summary>
    public static KeyDescription Root { get; } = new()
    {
        Name = "",
        Kind = KeyKind.Object,
        Type = typeof(PipelineDefinition),
        Rules = new KeyAttribute(),
        Required = true,
        Keys = KeysOf(typeof(PipelineDefinition)),
    };

    /// <summary>Every key with its path, depth first, in the order of the types; a map's value has the path <c>map.*</c>, a list's item <c>list[]</c>.</summary>
    public static IEnumerable<(string Path, KeyDescription Key)> All() => Below("", Root);

    /// <summary><c>MaxParallel</c> → <c>max_parallel</c>.</summary>
    public static string Snake(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));

    /// <summary>The path of <paramref name="name"/> below <paramref name="path"/>.</summary>
    public static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static IEnumerable<(string Path, KeyDescription Key)> Below(string path, KeyDescription key)
    {
        foreach (KeyDescription child in key.Value is { Kind: KeyKind.Object } value ? value.Keys : key.Keys)
        {
            string at = Join(key.Kind switch { KeyKind.Map => $"{path}.*", KeyKind.Items => $"{path}[]", _ => path }, child.Name);
            yield return (at, child);
            foreach ((string, KeyDescription) deeper in Below(at, child))
                yield return deeper;
        }
    }

    private static KeyDescription[] KeysOf(Type type)
    {
        object fresh = Activator.CreateInstance(type)!;
        return [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.SetMethod is not null)
            .OrderBy(p => p.MetadataToken)
            .Select(p => KeyOf(p, fresh))];
    }

    private static KeyDescription KeyOf(PropertyInfo property, object fresh)
    {
        KeyAttribute rules = property.GetCustomAttribute<KeyAttribute>() ?? new KeyAttribute();
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        KeyKind kind = KindOf(type);
        bool required = property.IsDefined(typeof(RequiredMemberAttribute));
        return new KeyDescription
        {
            Name = Snake(property.Name),
            Property = property,
            Kind = kind,
            Type = type,
            Rules = rules,
            Required = required,
            Default = required ? null : property.GetValue(fresh),
            Keys = kind == KeyKind.Object ? KeysOf(type) : [],
            Value = kind is KeyKind.Map or KeyKind.Items or KeyKind.Numbers ? ValueOf(type.GetGenericArguments()[^1], rules) : null,
            Words = kind == KeyKind.Word ? [.. Enum.GetNames(type).Select(Snake).Except(rules.Except)] : [],
        };
    }

    private static KeyDescription ValueOf(Type type, KeyAttribute rules)
    {
        KeyKind kind = KindOf(type);
        return new KeyDescription
        {
            Name = "*",
            Kind = kind,
            Type = type,
            Rules = rules,
            Required = true,
            Keys = kind == KeyKind.Object ? KeysOf(type) : [],
        };
    }

    private static KeyKind KindOf(Type type) => type switch
    {
        _ when type == typeof(string) => KeyKind.Text,
        _ when type.IsEnum => KeyKind.Word,
        _ when type == typeof(int) || type == typeof(long) => KeyKind.Integer,
        _ when type == typeof(double) => KeyKind.Number,
        _ when type == typeof(bool) => KeyKind.Boolean,
        _ when type == typeof(TimeSpan) => KeyKind.Duration,
        _ when type == typeof(IReadOnlyList<string>) => KeyKind.List,
        _ when type == typeof(IReadOnlyList<double>) => KeyKind.Numbers,
        _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) => KeyKind.Items,
        _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) => KeyKind.Map,
        _ => KeyKind.Object,
    };
}
