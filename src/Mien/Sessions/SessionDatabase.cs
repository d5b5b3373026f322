using System.Data.Common;

namespace Mien.Sessions;

/// <summary>The database under a <see cref="SessionStore"/>: a connection, and the few things in which SQLite and PostgreSQL differ.</summary>
internal abstract class SessionDatabase : IDisposable
{
    private const int SchemaVersion = 1;

    /// <summary>What the database is called in messages; without a password.</summary>
    public abstract string Name { get; }

    /// <summary>The connection.</summary>
    protected abstract DbConnection Connection { get; }

    /// <summary>The statement that begins a transaction which will write.</summary>
    protected abstract string Begin { get; }

    /// <summary>The type of a column of bytes.</summary>
    protected abstract string Bytes { get; }

    /// <summary>Whether a location is the address of a server and not a file.</summary>
    public static bool IsServer(string location) => location.Contains("://", StringComparison.Ordinal);

    /// <summary>The database of a location.</summary>
    /// <param name="location">A file, or <c>postgres://</c>.</param>
    /// <param name="create">Whether to make a file that is not there.</param>
    public static SessionDatabase Open(string location, bool create)
    {
        bool isAddress = IsServer(location);
        if (isAddress && !PostgresDatabase.IsAddress(location))
            throw new MienException($"{location.Split(':')[0]}:// is no store of sessions: name a file, or a PostgreSQL database as postgres://USER:PASSWORD@HOST/DATABASE.");
        SessionDatabase database = isAddress ? new PostgresDatabase(location) : new SqliteDatabase(location, create);
        try
        {
            database.Try(database.Connect);
            database.PrepareSchema();
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Does something with the database and turns its errors into ones that a person can act on.</summary>
    public void Try(Action work) => Try<object?>(() =>
    {
        work();
        return null;
    });

    /// <inheritdoc cref="Try(Action)"/>
    public T Try<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (DbException error)
        {
            throw new MienException($"{Name}: {Explain(error)}", error);
        }
    }

    /// <summary>Does something wholly or not at all.</summary>
    public void Transact(Action work) => Try(() =>
    {
        Execute(Begin);
        try
        {
            work();
            Execute("COMMIT");
        }
        catch
        {
            RollBack();
            throw;
        }
    });

    /// <summary>Runs a statement.</summary>
    /// <param name="sql">The statement, with its values as @name.</param>
    /// <param name="values">Long, string, bytes or null.</param>
    /// <returns>How many rows it changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Command(sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>Runs a query and takes all of its rows.</summary>
    public List<T> Query<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Command(sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>Makes sure that what was deleted can no longer be read from the database's files, as far as the database can.</summary>
    public abstract void Forget();

    /// <inheritdoc/>
    public void Dispose() => Connection.Dispose();

    /// <summary>Opens the connection and prepares it.</summary>
    protected abstract void Connect();

    /// <summary>What an error means and what to do.</summary>
    protected abstract string Explain(DbException error);

    /// <summary>Makes the tables where there are none; in one transaction, or two programs that do so at once would be in each other's way.</summary>
    private void PrepareSchema() => Transact(() =>
    {
        Execute("CREATE TABLE IF NOT EXISTS mien_schema (version INTEGER NOT NULL)");
        var versions = Query("SELECT version FROM mien_schema", row => row.GetInt32(0));
        if (versions is [> SchemaVersion, ..])
            throw new MienException($"{Name}: these sessions were written by a newer Mien (version {versions[0]} of the tables, this Mien knows {SchemaVersion}): update Mien, or name another store.");
        if (versions.Count > 0)
            return;
        Execute($"""
            CREATE TABLE mien_sessions (
                id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, labels TEXT NOT NULL, started BIGINT NOT NULL, updated BIGINT NOT NULL,
                retention BIGINT, duration BIGINT NOT NULL, tracks INTEGER NOT NULL, parts INTEGER NOT NULL)
            """);
        Execute($"""
            CREATE TABLE mien_parts (
                session BIGINT NOT NULL, part INTEGER NOT NULL, source TEXT NOT NULL, model TEXT NOT NULL, started BIGINT NOT NULL, start BIGINT NOT NULL,
                PRIMARY KEY (session, part))
            """);
        Execute($"""
            CREATE TABLE mien_readings (
                session BIGINT NOT NULL, part INTEGER NOT NULL, block INTEGER NOT NULL, written BIGINT NOT NULL, frames INTEGER NOT NULL, data {Bytes} NOT NULL,
                PRIMARY KEY (session, part, block))
            """);
        Execute("CREATE INDEX mien_readings_written ON mien_readings (session, written)");
        Execute("INSERT INTO mien_schema (version) VALUES (@version)", ("version", (long)SchemaVersion));
    });

    private void RollBack()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (DbException)
        {
            // A full disk or a lost connection has ended it already; the error that did so is the one to tell.
        }
    }

    private DbCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = Connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
