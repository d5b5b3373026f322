using System.Data.Common;
using Npgsql;

namespace Mien.Sessions;

/// <summary>Sessions in a PostgreSQL database.</summary>
internal sealed class PostgresDatabase(string address) : SessionDatabase
{
    private const string DiskFull = "53100", InsufficientPrivilege = "42501";

    private readonly NpgsqlConnection _connection = new(ConnectionString(address));

    public override string Name { get; } = WithoutPassword(address);

    protected override DbConnection Connection => _connection;

    protected override string Begin => "BEGIN";

    protected override string Bytes => "BYTEA";

    public static bool IsAddress(string location) =>
        location.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || location.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    public override void Forget() => Execute("VACUUM mien_sessions, mien_parts, mien_readings");

    protected override void Connect() => _connection.Open();

    protected override string Explain(DbException error) => error is PostgresException refused
        ? refused.SqlState switch
        {
            DiskFull => "the server's disk is full. What was stored before stays readable.",
            InsufficientPrivilege => $"{refused.MessageText}: the user needs the right to create tables in the schema, or to write the tables mien_*.",
            _ => refused.MessageText,
        }
        : $"the server cannot be reached: {error.InnerException?.Message ?? error.Message}";

    /// <summary>The address in the notation of libpq as Npgsql's own; https://www.postgresql.org/docs/current/libpq-connect.html.</summary>
    private static string ConnectionString(string address)
    {
        var uri = Parse(address);
        var builder = new NpgsqlConnectionStringBuilder { Host = uri.Host.Length > 0 ? uri.Host : "localhost", ApplicationName = "mien", Pooling = false };
        if (uri.Port > 0)
            builder.Port = uri.Port;
        if (uri.AbsolutePath.Trim('/') is { Length: > 0 } database)
            builder.Database = Uri.UnescapeDataString(database);
        if (uri.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var password])
        {
            builder.Username = Uri.UnescapeDataString(user);
            if (password is [var secret])
                builder.Password = Uri.UnescapeDataString(secret);
        }
        foreach (string setting in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = setting.Split('=', 2);
            try
            {
                builder[Uri.UnescapeDataString(pair[0])] = Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? "");
            }
            catch (ArgumentException error)
            {
                throw new MienException($"{WithoutPassword(address)}: '{pair[0]}' is no setting of a connection, or has no such value.", error);
            }
        }
        return builder.ToString();
    }

    private static string WithoutPassword(string address)
    {
        var uri = Parse(address);
        return $"{uri.Scheme}://{uri.Authority}{uri.AbsolutePath}";
    }

    private static Uri Parse(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri)
        ? uri
        : throw new MienException("The address of the PostgreSQL database is not well formed; it is postgres://USER:PASSWORD@HOST:PORT/DATABASE, with special letters of the password as %XX.");
}
