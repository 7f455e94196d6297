using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace BatchFunctions.Api.Serving;

/// <summary>The key of a server, in a file of its data folder that only its user can read.</summary>
public static class ApiKey
{
    /// <summary>The variable that names a key, for server and callers.</summary>
    public const string Variable = "BATCHFN_API_KEY";

    /// <summary>How many characters a key has at least: 16.</summary>
    public const int MinLength = 16;

    private const int RandomBytes = 32;

    /// <summary>The file of the key.</summary>
    /// <param name="dataFolder">The server's data folder.</param>
    public static string PathIn(string dataFolder) => Path.Combine(dataFolder, "api-key");

    /// <summary>Gives the key in the data folder, or null where there is none.</summary>
    /// <param name="dataFolder">The server's data folder.</param>
    /// <exception cref="BatchFunctionsException">The file cannot be read, or holds no key.</exception>
    public static string? Find(string dataFolder)
    {
        var path = PathIn(dataFolder);
        try
        {
            return Require(File.ReadAllText(path).Trim(), path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BatchFunctionsException(ErrorKind.Environment, $"The key in {path} cannot be read: {exception.Message} Use {Variable} instead, or ask whoever runs the server.", exception);
        }
    }

    /// <summary>Gives the key in the data folder, and makes one where there is none.</summary>
    /// <param name="dataFolder">The server's data folder.</param>
    /// <exception cref="BatchFunctionsException">The file cannot be read or written, or holds no key.</exception>
    public static string FindOrMake(string dataFolder)
    {
        if (Find(dataFolder) is { } key)
            return key;
        var path = PathIn(dataFolder);
        try
        {
            Directory.CreateDirectory(dataFolder);
            var made = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
            var draft = $"{path}.{Guid.NewGuid():n}";
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(draft, options))
                file.Write(Encoding.ASCII.GetBytes(made + "\n"));
            File.Move(draft, path);
            return made;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BatchFunctionsException(ErrorKind.Environment, $"No key can be kept in {path}: {exception.Message} Set {Variable} to a key of your own, or use another data folder.", exception);
        }
    }

    /// <summary>Gives <paramref name="key"/> back where it can be one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="origin">Where it is from, for the message.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: it is too short, or cannot be sent in a header.</exception>
    public static string Require(string key, string origin)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Length >= MinLength && key.All(c => c is > ' ' and <= '~')
            ? key
            : throw new BatchFunctionsException(ErrorKind.Request, $"{origin} holds no key: a key has at least {MinLength} characters, all of them visible ASCII without blanks. 'openssl rand -hex 24' makes one.");
    }
}
