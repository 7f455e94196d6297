using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BatchFunctions.Models.Examples;
using BatchFunctions.Storage;

namespace BatchFunctions.Models;

/// <summary>
/// Models in a store, one folder a version: <c>NAME/VERSION/model.onnx</c>, <c>manifest.yaml</c> and, written last,
/// <c>registration.json</c>, without which the version does not exist. A version never changes; what people decide about it lies beside it, in
/// <c>history/0001.json</c> and so on.
/// </summary>
public sealed class ModelRegistry
{
    private const string ModelFile = "model.onnx";
    private const string ManifestFile = "manifest.yaml";
    private const string RegistrationFile = "registration.json";

    private readonly StoreLocation _root;
    private readonly TimeProvider _time;
    private readonly ModelSessionOptions _options;

    /// <summary>Opens the registry in a place of a store; nothing needs to be there yet.</summary>
    /// <param name="root">The place.</param>
    /// <param name="time">Tells when a version is registered. Default: the system's time.</param>
    /// <param name="options">How models are run. Default: the defaults.</param>
    public ModelRegistry(StoreLocation root, TimeProvider? time = null, ModelSessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        (_root, _time, _options) = (root, time ?? TimeProvider.System, options ?? new());
    }

    /// <summary>Registers a new version, after it was loaded, compared with its manifest, and has scored the manifest's examples.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="version">The new version.</param>
    /// <param name="model">The ONNX file's bytes.</param>
    /// <param name="manifest">The manifest's text, or null to write down what the file says of itself.</param>
    /// <param name="by">Who registers it.</param>
    /// <param name="cancellationToken">Ends the work; a version that was not registered to the end does not exist.</param>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: the version exists, the name is none, or model and manifest do not fit each other.
    /// </exception>
    public Task<ModelVersion> RegisterAsync(string name, string version, byte[] model, string? manifest, string by, CancellationToken cancellationToken) =>
        RegisterAsync(name, version, model, manifest, by, ExampleCheck.DefaultTolerance, cancellationToken);

    /// <summary>Registers a new version, after it was loaded, compared with its manifest, and has scored the manifest's examples.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="version">The new version.</param>
    /// <param name="model">The ONNX file's bytes.</param>
    /// <param name="manifest">The manifest's text, or null to write down what the file says of itself.</param>
    /// <param name="by">Who registers it.</param>
    /// <param name="tolerance">How far an example's score may be off: see <see cref="ExampleCheck.Run"/>.</param>
    /// <param name="cancellationToken">Ends the work; a version that was not registered to the end does not exist.</param>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: the version exists, the name is none, model and manifest do not fit each other, or an example does
    /// not get its score.
    /// </exception>
    public Task<ModelVersion> RegisterAsync(string name, string version, byte[] model, string? manifest, string by, double tolerance, CancellationToken cancellationToken) =>
        RegisterAsync(ModelReference.Parse($"{name}@{version}"), model, manifest, by, tolerance, null, cancellationToken);

    /// <summary>Registers a new version that comes from another registry.</summary>
    internal async Task<ModelVersion> RegisterAsync(
        ModelReference reference, byte[] model, string? manifest, string by, double tolerance, ModelOrigin? origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(by);
        (string name, string version) = reference;
        if (reference.IsApproved)
            throw new BatchFunctionsException(ErrorKind.Request, "A version cannot be called 'approved', which stands for whichever version is. Write one such as 1.0.0.");
        if (await FindAsync(name, version, cancellationToken) is { } existing)
            throw Exists(existing);

        ModelManifest parsed = Named(reference, manifest is null ? ModelManifest.Empty : ModelManifest.Parse(manifest));
        using (ModelSession session = ModelSession.Load(model, parsed, _options))
        {
            if (ExampleCheck.Mismatches(ExampleCheck.Run(session, tolerance)) is { } mismatches)
                throw new BatchFunctionsException(ErrorKind.Request, $"{reference} is not registered: {mismatches}. Correct the manifest's preparation or its examples, or allow a larger tolerance.");
            manifest ??= "# Read from the model file when it was registered.\n" + ManifestText.Of(session.Describe() with { Name = name, Version = version });
        }

        byte[] manifestBytes = Encoding.UTF8.GetBytes(manifest);
        ModelVersion registered = new(name, version, Digest(model), Digest(manifestBytes), model.Length, _time.GetUtcNow(), by) { Origin = origin };
        await PutOnceAsync(registered, ModelFile, model, cancellationToken);
        await PutOnceAsync(registered, ManifestFile, manifestBytes, cancellationToken);
        byte[] registration = JsonSerializer.SerializeToUtf8Bytes(registered, ModelVersionJson.Default.ModelVersion);
        if (await _root.Store.PutAsync(KeyOf(name, version, RegistrationFile), registration, PutCondition.IfAbsent, cancellationToken) is null)
            throw Exists(await FindAsync(name, version, cancellationToken) ?? registered);
        return registered;
    }

    /// <summary>All versions, or those of one model, by name and then from the oldest version number to the newest.</summary>
    /// <param name="name">The model, or null for all.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public async Task<IReadOnlyList<ModelVersion>> ListAsync(string? name, CancellationToken cancellationToken) =>
        await ListSeeingAsync(name, _ => { }, cancellationToken);

    /// <summary>A version, or null where it is not registered.</summary>
    public async Task<ModelVersion?> FindAsync(string name, string version, CancellationToken cancellationToken) =>
        await _root.Store.FindAsync(KeyOf(name, version, RegistrationFile), cancellationToken) is { } found
            ? await ReadRegistrationAsync(found, cancellationToken)
            : null;

    /// <summary>A version with all that was decided about it, or null where it is not registered.</summary>
    public async Task<ModelHistory?> FindHistoryAsync(string name, string version, CancellationToken cancellationToken) =>
        await FindAsync(name, version, cancellationToken) is { } found
            ? new ModelHistory(found, await LogOf(name, version).ReadAsync(cancellationToken))
            : null;

    /// <summary>All versions, or those of one model, with all that was decided about them, in the order of <see cref="ListAsync"/>.</summary>
    /// <param name="name">The model, or null for all.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public async Task<IReadOnlyList<ModelHistory>> ListHistoriesAsync(string? name, CancellationToken cancellationToken)
    {
        Dictionary<string, List<string>> steps = new(StringComparer.Ordinal);
        List<ModelVersion> versions = await ListSeeingAsync(
            name,
            key =>
            {
                if (key.LastIndexOf(StageLog.Folder, StringComparison.Ordinal) is >= 0 and var end)
                    (CollectionsMarshal.GetValueRefOrAddDefault(steps, key[..end], out _) ??= []).Add(key);
            },
            cancellationToken);
        var histories = new ModelHistory[versions.Count];
        for (int i = 0; i < histories.Length; i++)
        {
            ModelVersion version = versions[i];
            histories[i] = new ModelHistory(
                version,
                steps.TryGetValue(FolderOf(version.Name, version.Version).Path, out List<string>? keys)
                    ? await LogOf(version.Name, version.Version).ReadAsync(keys, cancellationToken)
                    : []);
        }

        return histories;
    }

    /// <summary>Writes down that somebody approved, rejected or retired a version.</summary>
    /// <param name="reference">The version; not <c>approved</c>.</param>
    /// <param name="stage">Where it stands from now on.</param>
    /// <param name="by">Who decided.</param>
    /// <param name="reason">Why. Needed to reject or retire a version, and to approve one that was rejected or retired.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The version as it stands now.</returns>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: there is no such version, it cannot go there from where it stands, or somebody else decided in the same moment.
    /// </exception>
    public async Task<ModelHistory> ChangeStageAsync(ModelReference reference, ModelStage stage, string by, string? reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentException.ThrowIfNullOrWhiteSpace(by);
        if (stage == ModelStage.Registered || !Enum.IsDefined(stage))
            throw new ArgumentOutOfRangeException(nameof(stage), stage, "A version is registered once.");
        reason = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();
        if (reference.IsApproved)
            throw new BatchFunctionsException(ErrorKind.Request, $"Name the version that is meant: {reference} may be another one in a moment.");
        ModelHistory history = await FindHistoryAsync(reference.Name, reference.Version, cancellationToken)
            ?? throw await UnknownAsync(reference, cancellationToken);
        if (StageRules.Complaint(history, stage, reason) is { } complaint)
            throw new BatchFunctionsException(ErrorKind.Request, complaint);

        var change = new StageChange { Number = history.Changes.Count + 1, From = history.Stage, Stage = stage, At = _time.GetUtcNow(), By = by, Reason = reason };
        StageLog log = LogOf(reference.Name, reference.Version);
        if (await log.AddAsync(change, cancellationToken))
            return history with { Changes = [.. history.Changes, change] };
        IReadOnlyList<StageChange> now = await log.ReadAsync(cancellationToken);
        throw new BatchFunctionsException(ErrorKind.Request, $"Somebody was quicker: {reference} was {now[change.Number - 1]}. Nothing was written for you; look at it, and decide again.");
    }

    /// <summary>Resolves what a pipeline asks for to a version and its digests: what a new job is pinned to.</summary>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: there is no such version, none is approved, or it takes no new jobs; the message names those that there are.
    /// </exception>
    public async Task<PinnedModel> ResolveAsync(ModelReference reference, CancellationToken cancellationToken) =>
        (await ResolveVersionAsync(reference, cancellationToken)).Version.Pin();

    /// <summary>Resolves what a pipeline asks for to a version that takes new jobs; <c>name@approved</c> to the newest one that is approved.</summary>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: there is no such version, none is approved, or it takes no new jobs; the message names those that there are.
    /// </exception>
    public async Task<ModelHistory> ResolveVersionAsync(ModelReference reference, CancellationToken cancellationToken)
    {
        ModelHistory found = await FindVersionAsync(reference, cancellationToken);
        if (found.TakesJobs)
            return found;
        string instead = (await ListHistoriesAsync(found.Version.Name, cancellationToken)).LastOrDefault(v => v.Stage == ModelStage.Approved) is { } approved
            ? $"Write {found.Version.Name}@approved, which is {approved.Version.Version} now."
            : "No other version is approved either; approve one first.";
        throw new BatchFunctionsException(ErrorKind.Request, $"{reference} was {found.Last} and takes no new jobs; those that it has run to their end. {instead}");
    }

    /// <summary>The version that a reference means, whether it takes new jobs or not; for <c>name@approved</c> the newest one that is approved.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: there is none; the message names those that there are.</exception>
    public async Task<ModelHistory> FindVersionAsync(ModelReference reference, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ModelHistory? found = reference.IsApproved
            ? (await ListHistoriesAsync(reference.Name, cancellationToken)).LastOrDefault(v => v.Stage == ModelStage.Approved)
            : await FindHistoryAsync(reference.Name, reference.Version, cancellationToken);
        return found ?? throw await UnknownAsync(reference, cancellationToken);
    }

    /// <summary>The text of a version's manifest, after its digest was checked.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Integrity"/>: it is gone or is not what was registered.</exception>
    public async Task<string> ReadManifestAsync(PinnedModel model, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Encoding.UTF8.GetString(await ReadVerifiedAsync(model, ManifestFile, model.ManifestSha256, cancellationToken));
    }

    /// <summary>Compares the files of a pinned model with their digests.</summary>
    /// <returns>The addresses of the files that are gone or not what was pinned, and what is wrong with each; none where all is right.</returns>
    internal async Task<IReadOnlyList<(string File, string Problem)>> CheckAsync(PinnedModel model, CancellationToken cancellationToken)
    {
        List<(string, string)> problems = [];
        foreach ((string file, string digest) in ((string, string)[])[(ManifestFile, model.ManifestSha256), (ModelFile, model.Sha256)])
        {
            try
            {
                await ReadVerifiedAsync(model, file, digest, cancellationToken);
            }
            catch (BatchFunctionsException wrong) when (wrong.Kind is ErrorKind.Integrity or ErrorKind.Request)
            {
                problems.Add((new StoreLocation(_root.Store, KeyOf(model.Name, model.Version, file)).ToString(), wrong.Message));
            }
        }

        return problems;
    }

    /// <summary>Loads a pinned model, after the digests of both of its files were checked.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Integrity"/>: a file is gone or is not what was pinned.</exception>
    public Task<ModelSession> LoadAsync(PinnedModel model, CancellationToken cancellationToken) => LoadAsync(model, _options, cancellationToken);

    /// <summary>The length of a pinned model's file, in bytes; 0 where it is gone, which its loading tells.</summary>
    /// <param name="model">The model.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    internal async Task<long> LengthOfAsync(PinnedModel model, CancellationToken cancellationToken) =>
        (await _root.Store.FindAsync(KeyOf(model.Name, model.Version, ModelFile), cancellationToken))?.Length ?? 0;

    /// <summary>Loads a pinned model to be run in a way of its own, after it was compared with its digest.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="BatchFunctionsException">It is gone, is not what was pinned, or cannot be loaded.</exception>
    public async Task<ModelSession> LoadAsync(PinnedModel model, ModelSessionOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        string manifest = await ReadManifestAsync(model, cancellationToken);
        byte[] bytes = await ReadVerifiedAsync(model, ModelFile, model.Sha256, cancellationToken);
        ModelManifest parsed = ModelManifest.Parse(manifest, new StoreLocation(_root.Store, KeyOf(model.Name, model.Version, ManifestFile)).ToString());
        return ModelSession.Load(bytes, Named(new(model.Name, model.Version), parsed), options);
    }

    private async Task<List<ModelVersion>> ListSeeingAsync(string? name, Action<string> seen, CancellationToken cancellationToken)
    {
        string prefix = _root.Key(name is null ? "" : name + "/");
        if (prefix.Length > 0 && prefix[^1] != '/')
            prefix += "/";
        List<ModelVersion> versions = [];
        await foreach (ObjectProperties found in _root.Store.ListAsync(prefix, cancellationToken))
        {
            seen(found.Key);
            if (found.Key.EndsWith("/" + RegistrationFile, StringComparison.Ordinal))
                versions.Add(await ReadRegistrationAsync(found, cancellationToken));
        }

        return [.. versions.OrderBy(v => v.Name, StringComparer.Ordinal).ThenBy(v => v.Version, VersionOrder.Instance)];
    }

    private async Task<BatchFunctionsException> UnknownAsync(ModelReference reference, CancellationToken cancellationToken)
    {
        IReadOnlyList<ModelHistory> versions = await ListHistoriesAsync(reference.Name, cancellationToken);
        if (versions.Count > 0)
        {
            string known = string.Join(", ", versions.Reverse().Take(10).Select(v => $"{v.Version.Version} ({StageNames.Of(v.Stage)})"));
            return new BatchFunctionsException(ErrorKind.Request, reference.IsApproved
                ? $"No version of the model {reference.Name} in {_root} is approved. Approve one, or name one: {known}."
                : $"There is no version {reference.Version} of the model {reference.Name} in {_root}. Its versions are: {known}.");
        }

        string[] names = [.. (await ListAsync(null, cancellationToken)).Select(v => v.Name).Distinct()];
        string hint = NearestWord.Find(reference.Name, names) is { } near ? $"Did you mean {near}?"
            : names.Length > 0 ? $"Its models are: {string.Join(", ", names.Take(10))}{(names.Length > 10 ? ", …" : "")}."
            : "It is empty; register a model first.";
        return new BatchFunctionsException(ErrorKind.Request, $"There is no model {reference.Name} in {_root}. {hint}");
    }

    private static ModelManifest Named(ModelReference reference, ModelManifest manifest)
    {
        if (manifest.Name is { } name && name != reference.Name)
            throw new BatchFunctionsException(ErrorKind.Request, $"The manifest is of the model {name}, not of {reference.Name}.");
        if (manifest.Version is { } version && version != reference.Version)
            throw new BatchFunctionsException(ErrorKind.Request, $"The manifest is of version {version} of the model {reference.Name}, not of {reference.Version}.");
        return manifest with { Name = reference.Name, Version = reference.Version };
    }

    private static BatchFunctionsException Exists(ModelVersion version) =>
        new(ErrorKind.Request, $"{version.Name}@{version.Version} is registered already, by {version.RegisteredBy} at {version.RegisteredAt:u}, and a version never changes. Take another version.");

    private static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private string KeyOf(string name, string version, string file) => _root.Key($"{name}/{version}/{file}");

    private StoreLocation FolderOf(string name, string version) => _root.Below($"{name}/{version}");

    private StageLog LogOf(string name, string version) => new(FolderOf(name, version));

    // Of two who register the same version, whoever comes second to a file stops there, so that no file of the winner is overwritten.
    private async Task PutOnceAsync(ModelVersion version, string file, byte[] content, CancellationToken cancellationToken)
    {
        string key = KeyOf(version.Name, version.Version, file);
        if (await _root.Store.PutAsync(key, content, PutCondition.IfAbsent, cancellationToken) is not null)
            return;
        if (await _root.Store.FindAsync(key, cancellationToken) is { } found
            && found.Length == content.Length
            && (await ReadAsync(found, cancellationToken)).AsSpan().SequenceEqual(content))
            return;
        throw await FindAsync(version.Name, version.Version, cancellationToken) is { } winner
            ? Exists(winner)
            : new BatchFunctionsException(ErrorKind.Request, $"{version.Name}@{version.Version} is being registered by somebody else, or was left unfinished with another {file}. Take another version, or remove {new StoreLocation(_root.Store, key)} first.");
    }

    private async Task<ModelVersion> ReadRegistrationAsync(ObjectProperties found, CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize(await ReadAsync(found, cancellationToken), ModelVersionJson.Default.ModelVersion)
                ?? throw new JsonException("It is null.");
        }
        catch (JsonException exception)
        {
            throw new BatchFunctionsException(ErrorKind.Integrity, $"{new StoreLocation(_root.Store, found.Key)} is damaged: {exception.Message}", exception);
        }
    }

    private async Task<byte[]> ReadVerifiedAsync(PinnedModel model, string file, string expected, CancellationToken cancellationToken)
    {
        string key = KeyOf(model.Name, model.Version, file);
        ObjectProperties found = await _root.Store.FindAsync(key, cancellationToken)
            ?? throw new BatchFunctionsException(ErrorKind.Integrity, $"{new StoreLocation(_root.Store, key)} is gone. Restore it, or run with another version.");
        byte[] content = await ReadAsync(found, cancellationToken);
        string actual = Digest(content);
        return actual == expected
            ? content
            : throw new BatchFunctionsException(ErrorKind.Integrity, $"{new StoreLocation(_root.Store, key)} is not what was registered as {model.Name}@{model.Version}: its SHA-256 is {actual}, not {expected}. Restore the file, or register the new one as another version.");
    }

    private async Task<byte[]> ReadAsync(ObjectProperties found, CancellationToken cancellationToken)
    {
        if (found.Length > Array.MaxLength)
            throw new BatchFunctionsException(ErrorKind.Request, $"{new StoreLocation(_root.Store, found.Key)} is larger than 2 GiB, which no ONNX file can be.");
        byte[] content = new byte[found.Length];
        await _root.Store.ReadAsync(found.Key, 0, content, found.ETag, cancellationToken);
        return content;
    }
}
