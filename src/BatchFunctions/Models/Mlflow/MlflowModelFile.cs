using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace BatchFunctions.Models.Mlflow;

/// <summary>Reads <c>MLmodel</c>, the file that says what the folder of an MLflow model holds.</summary>
internal static class MlflowModelFile
{
    /// <summary>Its name.</summary>
    public const string Name = "MLmodel";

    /// <summary>How long it may be: 1 MiB.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>The path of the ONNX file below the folder.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the model is of another kind, or the file says nothing of use.</exception>
    public static string OnnxFileOf(byte[] utf8, string what)
    {
        if (Read(utf8, what) is not { } root || Child(root, "flavors") is not YamlMappingNode flavors)
            throw new BatchFunctionsException(ErrorKind.Request, $"The {Name} of {what} names no flavors, so that it is no MLflow model.");
        if (Child(flavors, "onnx") is not { } onnx)
            throw new BatchFunctionsException(ErrorKind.Request, $"{what} is no ONNX model; it has the flavors {string.Join(", ", flavors.Children.Keys)}. Log it with mlflow.onnx.log_model.");
        string file = Child(onnx, "data") is YamlScalarNode { Value.Length: > 0 } data ? data.Value! : "model.onnx";
        return file.Split('/').Any(s => s is "" or "." or "..") || file.Contains('\\', StringComparison.Ordinal)
            ? throw new BatchFunctionsException(ErrorKind.Request, $"The {Name} of {what} says that the ONNX file is '{file}', which is no path below its folder.")
            : file;
    }

    private static YamlNode? Read(byte[] utf8, string what)
    {
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(Encoding.UTF8.GetString(utf8)));
            return yaml.Documents.Count == 0 ? null : yaml.Documents[0].RootNode;
        }
        catch (YamlException exception)
        {
            throw new BatchFunctionsException(ErrorKind.Request, $"The {Name} of {what} is no YAML: {exception.Message}", exception);
        }
    }

    private static YamlNode? Child(YamlNode node, string key) =>
        node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? child) ? child : null;
}
