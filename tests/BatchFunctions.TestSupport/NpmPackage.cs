using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace BatchFunctions.TestSupport;

/// <summary>A folder with a package.json, whose packages are installed once as its lock file says, whichever test process comes first.</summary>
public static class NpmPackage
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(5);

    /// <summary>Runs <c>npm ci</c> unless what is installed is what the lock file says.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidOperationException">npm is missing or failed.</exception>
    public static async Task EnsureInstalledAsync(string folder)
    {
        var wanted = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(folder, "package-lock.json"))));
        var marker = Path.Combine(folder, "node_modules", ".installed");
        if (await IsInstalledAsync(marker, wanted))
            return;

        await using var exclusive = await LockAsync(folder);
        if (await IsInstalledAsync(marker, wanted))
            return;
        await InstallAsync(folder);
        await File.WriteAllTextAsync(marker, wanted);
    }

    /// <summary>Starts a process, and says what is missing where that is not possible.</summary>
    /// <param name="process">The process.</param>
    /// <exception cref="InvalidOperationException">There is no such program.</exception>
    public static void Start(Process process)
    {
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException(
                $"'{process.StartInfo.FileName}' cannot be started: {exception.Message}. The tests need Node 20 or newer with npm on the PATH.",
                exception);
        }
    }

    private static async Task<bool> IsInstalledAsync(string marker, string wanted) =>
        File.Exists(marker) && await File.ReadAllTextAsync(marker) == wanted;

    private static async Task<FileStream> LockAsync(string folder)
    {
        // Outside of node_modules, which npm removes, and outside of the repository, which stays clean.
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..16];
        var path = Path.Combine(Path.GetTempPath(), $"batchfn-npm-{name}.lock");
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (waited.Elapsed < InstallLimit)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    private static async Task InstallAsync(string folder)
    {
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add("ci");
        using var process = new Process { StartInfo = start };
        Start(process);
        using var limit = new CancellationTokenSource(InstallLimit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"'npm ci' in {folder} ended with exit code {process.ExitCode}:\n{await output}\n{await errors}");
        }
        catch (OperationCanceledException exception)
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"'npm ci' in {folder} was not done after {InstallLimit.TotalMinutes:0} minutes.", exception);
        }
    }
}
