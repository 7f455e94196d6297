using BatchFunctions.Data;
using BatchFunctions.Models.Devices;
using BatchFunctions.Pipelines;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace BatchFunctions.Models;

/// <summary>
/// A loaded model. One session is shared by all workers of a process: it is thread-safe, and each worker scores through a
/// <see cref="ModelRunner"/> of its own.
/// </summary>
/// <remarks>
/// What the manifest leaves out is read from the model file: an input of one value per record is the feature of its name; the only
/// floating-point output is the score; a ZipMap or a classifier names the classes; two classes, or a logistic last step, make the task binary,
/// more classes multi-class; one number otherwise is a regression, several a vector.
/// </remarks>
public sealed class ModelSession : IDisposable
{
    private const int ProbeRows = 2;

    private ModelSession(InferenceSession session, ModelManifest manifest, ModelSignature signature) =>
        (Session, Manifest, Signature) = (session, manifest, signature);

    /// <summary>What the manifest says.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>What the model takes and gives, manifest and model file together.</summary>
    public ModelSignature Signature { get; }

    internal InferenceSession Session { get; }

    /// <summary>Loads a model.</summary>
    /// <param name="model">The ONNX file's bytes, trusted: their digest was checked, or they are being registered.</param>
    /// <param name="manifest">What the file does not say of itself.</param>
    /// <param name="options">How it is run; null for the defaults.</param>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: the bytes are no model that can be run here, or they and the manifest contradict each other;
    /// <see cref="ErrorKind.Memory"/>: it does not fit into memory.
    /// </exception>
    public static ModelSession Load(byte[] model, ModelManifest manifest, ModelSessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(manifest);
        string name = manifest is { Name: { } n, Version: { } v } ? $"{n}@{v}" : manifest.Name ?? "model.onnx";
        OnnxGraph graph;
        try
        {
            graph = OnnxGraph.Read(model);
        }
        catch (InvalidDataException exception)
        {
            throw new BatchFunctionsException(ErrorKind.Request, $"The model {name} is no ONNX file.", exception);
        }

        if (graph.HasExternalData)
            throw new BatchFunctionsException(ErrorKind.Request, $"The model {name} keeps its weights in other files, which cannot be verified with it. Save it as one file: onnx.save(model, path, save_as_external_data=False).");
        InferenceSession? session = null;
        try
        {
            (session, WordCoding? words) = Open(graph, model, name, options ?? new());
            SignatureResolver resolver = new(name, manifest, graph);
            TensorShape[] inputShapes = [.. session.InputNames.Select(i => InputShape(i, session.InputMetadata[i], words))];
            int? fixedRows = FixedRows(name, inputShapes);
            IReadOnlyList<ModelInput> inputs = [.. resolver.ResolveInputs(inputShapes).Select(i => words?.Inputs.Contains(i.Name) == true ? i with { Words = words.Words } : i)];
            TensorShape[] outputShapes = [.. session.OutputNames.Select(o => ShapeOf(o, session.OutputMetadata[o]))];
            ModelSignature signature = resolver.ResolveOutputs(inputs, Probe(session, inputs, outputShapes, fixedRows), fixedRows);
            ModelSession loaded = new(session, manifest, signature);
            session = null;
            return loaded;
        }
        catch (OnnxRuntimeException exception)
        {
            throw Failure(name, "cannot be loaded", exception, ErrorKind.Request);
        }
        finally
        {
            session?.Dispose();
        }
    }

    /// <summary>The manifest with all that the model file says of itself where the manifest is silent.</summary>
    public ModelManifest Describe() => Manifest with
    {
        Task = Signature.Task,
        Features =
        [
            .. Signature.Features.Select(f => (Manifest.Features.FirstOrDefault(d => d.Name == f.Name) ?? new FeatureDefinition { Name = f.Name }) with
            {
                Type = f.Type,
                Input = f.Input,
                Missing = f.Missing.Policy is MissingPolicy.Reject ? null : f.Missing,
            }),
        ],
        Outputs = new ModelOutputs
        {
            Score = Signature.Score.Name,
            Class = Signature.Class?.Name,
            Positive = Signature is { Task: ModelTask.Binary, Score.Width: 2, ScoreIndex: { } index } ? Signature.Classes?[index] ?? $"{index}" : null,
        },
        Classes = Signature.Classes,
    };

    /// <summary>Ties the model's features to the columns of the batches that will be scored.</summary>
    /// <param name="columns">The columns that every batch will have: at least <see cref="ModelSignature.ColumnsFor"/>.</param>
    /// <param name="missing">What the pipeline says of missing values by column, where it does; null for nothing.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: columns are missing, of another kind, or cannot be imputed; all are named.</exception>
    public FeaturePreparation Prepare(Schema columns, IReadOnlyDictionary<string, MissingAction>? missing = null)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return new(Signature, columns, missing ?? new Dictionary<string, MissingAction>());
    }

    /// <summary>Makes a runner for one worker.</summary>
    /// <param name="preparation">This session's features, tied to the batches' columns.</param>
    /// <param name="batchSize">The number of records in a run at most. 1,024 to 4,096 measure best.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Memory"/>: there is no memory for so large a batch.</exception>
    public ModelRunner CreateRunner(FeaturePreparation preparation, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(preparation);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        try
        {
            return new(this, preparation, batchSize);
        }
        catch (Exception exception) when (exception is OutOfMemoryException or OverflowException)
        {
            throw new BatchFunctionsException(ErrorKind.Memory, $"There is no memory to score {batchSize} records at once with the model {Signature.Model}.", exception);
        }
        catch (OnnxRuntimeException exception)
        {
            throw Failure(Signature.Model, $"cannot be set up for batches of {batchSize} records", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Session.Dispose();

    internal static BatchFunctionsException Failure(string model, string what, OnnxRuntimeException exception, ErrorKind kind = ErrorKind.Internal)
    {
        // ONNX Runtime has no error code of its own for memory: allocations fail with C++'s bad_alloc or with a sentence.
        bool memory = exception.Message.Contains("bad_alloc", StringComparison.OrdinalIgnoreCase)
            || exception.Message.Contains("failed to allocate", StringComparison.OrdinalIgnoreCase)
            || exception.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase);
        return new(memory ? ErrorKind.Memory : kind, $"The model {model} {(memory ? "ran out of memory" : what)}: {exception.Message}", exception);
    }

    private static (InferenceSession Session, WordCoding? Words) Open(OnnxGraph graph, byte[] model, string name, ModelSessionOptions options)
    {
        byte[] unzipped = graph.WithoutZipMaps(model);
        if (options.CodesWords && WordCoding.Find(graph) is { } words)
        {
            try
            {
                return (Open(words.Apply(unzipped), name, options), words);
            }
            catch (OnnxRuntimeException)
            {
                // It has no such encoder of numbers, then.
            }
        }

        return (Open(unzipped, name, options), null);
    }

    private static InferenceSession Open(byte[] model, string name, ModelSessionOptions options)
    {
        if (options.Device is ScoringDevice.Cuda or ScoringDevice.Tensorrt && OfferedDevices.OfThisProcess() is var offered && !offered.Devices.Contains(options.Device))
            throw new BatchFunctionsException(ErrorKind.Request, $"The model {name} cannot run on {DeviceChoice.NameOf(options.Device)} here: {offered.WhyNotMore}. Run it where there is one, or write device: cpu or device: auto.");
        using SessionOptions settings = new()
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = options.IntraOpThreads,
            InterOpNumThreads = 1,
            // What it would log of a failure is in the exception too, and its log is nobody's standard error.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        // Threads that spin between runs take the cores from other workers' decoding and encoding.
        settings.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        if (options.Device is ScoringDevice.Tensorrt)
            settings.AppendExecutionProvider_Tensorrt();
        // TensorRT leaves to CUDA what it cannot do itself, and CUDA the rest to the processor.
        if (options.Device is ScoringDevice.Cuda or ScoringDevice.Tensorrt)
            settings.AppendExecutionProvider_CUDA();
        return new InferenceSession(model, settings);
    }

    private static int? FixedRows(string name, TensorShape[] inputs)
    {
        int[] rows = [.. inputs.Select(i => i.FixedRows).OfType<int>().Distinct()];
        return rows.Length <= 1
            ? rows.Length == 0 ? null : rows[0]
            : throw new BatchFunctionsException(ErrorKind.Request, $"The model {name} cannot be used: its inputs insist on different numbers of rows ({string.Join(", ", rows)}).");
    }

    // What users are told of an input is what the file says of it.
    private static TensorShape InputShape(string name, NodeMetadata metadata, WordCoding? words) => words?.Inputs.Contains(name) == true
        ? ShapeOf(name, metadata) with { Type = DataType.String, TypeName = TypeName(TensorElementType.String) }
        : ShapeOf(name, metadata);

    private static TensorShape ShapeOf(string name, NodeMetadata metadata) => metadata.IsTensor
        ? new(name, TensorElement.ToDataType(metadata.ElementDataType), TypeName(metadata.ElementDataType), metadata.Dimensions is { Length: > 0 } dimensions ? dimensions : null)
        : new(name, null, metadata.OnnxValueType switch
        {
            OnnxValueType.ONNX_TYPE_SEQUENCE => "a sequence",
            OnnxValueType.ONNX_TYPE_MAP => "a map",
            _ => "no tensor",
        }, null);

    private static string TypeName(TensorElementType type) => type.ToString().ToLowerInvariant();

    /// <summary>
    /// The outputs' shapes as a run of records without content shows them, for files often leave them open. A model that refuses such
    /// records keeps its declared shapes.
    /// </summary>
    private static TensorShape[] Probe(InferenceSession session, IReadOnlyList<ModelInput> inputs, TensorShape[] declared, int? fixedRows)
    {
        TensorShape[] tensors = [.. declared.Where(d => d.Type is not null)];
        if (tensors.Length == 0)
            return declared;
        int rows = fixedRows ?? ProbeRows;
        List<OrtValue> values = [];
        try
        {
            foreach (ModelInput input in inputs)
            {
                long[] shape = input.Rank == 1 ? [rows] : [rows, input.Width];
                values.Add(input.ElementType is DataType.String
                    ? OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, shape)
                    : OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElement.ToElementType(input.ElementType), shape));
                if (input.Words is { } words)
                    values[^1].GetTensorMutableDataAsSpan<long>().Fill(words.Find(default));
                else if (input.Type is not DataType.String)
                    values[^1].GetTensorMutableRawData().Clear();
            }

            using RunOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, [.. inputs.Select(i => i.Name)], values, [.. tensors.Select(t => t.Name)]);
            return [.. declared.Select(d => Array.IndexOf(tensors, d) is >= 0 and int i ? d with { Dimensions = Shown(results[i].GetTensorTypeAndShape().Shape, rows) } : d)];
        }
        catch (OnnxRuntimeException)
        {
            return declared;
        }
        finally
        {
            foreach (OrtValue value in values)
                value.Dispose();
        }
    }

    private static int[] Shown(long[] shape, int rows) => [.. shape.Select((dimension, i) => i == 0 && dimension == rows ? -1 : (int)dimension)];
}
