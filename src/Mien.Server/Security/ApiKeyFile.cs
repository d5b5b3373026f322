using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mien.Server;

/// <summary>An API key as it is stored: not the key, its hash.</summary>
/// <param name="Id">By what it is revoked.</param>
/// <param name="Name">What its maker called it.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Hash">SHA-256 of the key, as 64 hexadecimal digits; a slow hash is for passwords, and a key is 256 random bits.</param>
public sealed record ApiKey(string Id, string Name, DateTimeOffset Created, string Hash);

/// <summary>The API keys of a user: a JSON file that only the user may read.</summary>
/// <param name="path">The file; it need not exist yet.</param>
public sealed class ApiKeyFile(string path)
{
    private const string Prefix = "mien_";
    private const int KeyBytes = 32;
    private const int IdBytes = 4;

    private readonly Lock _lock = new();
    private IReadOnlyList<ApiKey> _keys = [];
    private DateTime _read;

    /// <summary>The user's own: <c>$XDG_CONFIG_HOME/mien/keys.json</c> or the platform's equivalent.</summary>
    public static string DefaultPath => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "mien", "keys.json");

    /// <summary>The keys, the oldest first; empty if the file does not exist.</summary>
    /// <exception cref="MienException">The file cannot be read.</exception>
    public IReadOnlyList<ApiKey> Keys
    {
        get
        {
            lock (_lock)
            {
                // A key that is revoked while a server runs is no longer accepted.
                var written = File.GetLastWriteTimeUtc(path);
                if (written != _read)
                    (_keys, _read) = (Read(), written);
                return _keys;
            }
        }
    }

    /// <summary>Makes a key and stores its hash.</summary>
    /// <param name="name">What to call it.</param>
    /// <returns>What was stored, and the key itself, which cannot be had again.</returns>
    /// <exception cref="MienException">The file cannot be read or written.</exception>
    public (ApiKey Stored, string Key) Create(string name)
    {
        string key = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyBytes));
        var stored = new ApiKey(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), name, DateTimeOffset.UtcNow, Convert.ToHexStringLower(Hash(key)));
        Write([.. Keys, stored]);
        return (stored, key);
    }

    /// <summary>Takes a key back.</summary>
    /// <param name="id">Its id.</param>
    /// <exception cref="MienException">There is no such key, or the file cannot be read or written.</exception>
    public void Revoke(string id)
    {
        var left = Keys.Where(key => key.Id != id).ToList();
        if (left.Count == Keys.Count)
            throw new MienException($"{path}: there is no API key with the id '{id}'; `mien keys list` shows those there are.");
        Write(left);
    }

    /// <summary>Whether a key is one of these, in a time that does not depend on which or how nearly.</summary>
    internal bool Accepts(string key)
    {
        byte[] hash = Hash(key);
        bool accepted = false;
        foreach (var stored in Keys)
            accepted |= CryptographicOperations.FixedTimeEquals(hash, Convert.FromHexString(stored.Hash));
        return accepted;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private List<ApiKey> Read()
    {
        if (!File.Exists(path))
            return [];
        try
        {
            var keys = JsonSerializer.Deserialize(File.ReadAllBytes(path), ApiKeyJson.Default.ListApiKey) ?? [];
            return keys.All(key => key?.Hash is { Length: 2 * SHA256.HashSizeInBytes } hash && hash.All(char.IsAsciiHexDigit)) ? keys : throw new JsonException("a hash is no SHA-256");
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new MienException($"{path}: the API keys cannot be read: {error.Message.TrimEnd('.')}. Repair the file, or delete it and create new keys with `mien keys create`.", error);
        }
    }

    private void Write(List<ApiKey> keys)
    {
        string partial = $"{path}.{Guid.NewGuid():N}.partial";
        try
        {
            CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(partial, options))
                JsonSerializer.Serialize(file, keys, ApiKeyJson.Default.ListApiKey);
            File.Move(partial, path, overwrite: true);
            // Two writes may fall into one tick of the file system's clock.
            lock (_lock)
                _read = default;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MienException($"{path}: the API keys cannot be written: {error.Message}", error);
        }
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(List<ApiKey>))]
internal sealed partial class ApiKeyJson : JsonSerializerContext;
