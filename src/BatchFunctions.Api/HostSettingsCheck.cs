using BatchFunctions.Storage;

namespace BatchFunctions.Api;

/// <summary>Finds what is wrong with a host's settings.</summary>
internal sealed class HostSettingsCheck(HostSettings settings)
{
    private readonly List<string> _problems = [];

    /// <summary>All that is wrong, each with the variable's name and what to write instead.</summary>
    public IReadOnlyList<string> ListProblems()
    {
        var isAccountWrong = settings.StorageAccountUri is { } account && !IsWeb(account);
        if (isAccountWrong)
            _problems.Add($"{HostSettings.AccountUriVariable} is '{settings.StorageAccountUri}', which is no address. Write it as https://account.blob.core.windows.net.");
        var sound = isAccountWrong ? settings with { StorageAccountUri = null } : settings;
        CheckFolder(sound, HostSettings.PipelinesVariable, settings.Pipelines, "the folder of pipeline files");
        CheckFolder(sound, HostSettings.ModelsVariable, settings.Models, "the model registry");
        CheckFolder(sound, HostSettings.WorkVariable, settings.Work, "the folder of the jobs' work files");
        foreach (var root in settings.Roots)
            CheckFolder(sound, HostSettings.RootsVariable, root, "a folder that addresses may lead to");
        _problems.AddRange(settings.Notifications.ListProblems());
        return _problems;
    }

    private static bool IsWeb(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http";

    private void CheckFolder(HostSettings sound, string variable, string address, string meaning)
    {
        if (address.Length == 0)
            _problems.Add($"{variable} is not set. It names {meaning}: a full path, or azure://container/folder.");
        else if (!address.Contains("://", StringComparison.Ordinal) && !Path.IsPathFullyQualified(address))
            _problems.Add($"{variable} is '{address}', which would depend on the current folder. It names {meaning}: write a full path, or azure://container/folder.");
        else if (Complaint(sound, address) is { } complaint)
            _problems.Add($"{variable}: {complaint}");
    }

    private static string? Complaint(HostSettings sound, string address)
    {
        try
        {
            var only = sound with { Pipelines = address, Models = address, Work = address, Roots = [] };
            new StoreResolver(only.StoreOptions()).Resolve(address, "");
            return null;
        }
        catch (BatchFunctionsException exception)
        {
            return exception.Message;
        }
    }
}
