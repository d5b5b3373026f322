using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Mien.Sessions;

/// <summary>Sessions in a file.</summary>
internal sealed class SqliteDatabase : SessionDatabase
{
    // https://www.sqlite.org/rescode.html
    private const int Busy = 5, Locked = 6, ReadOnly = 8, InputOutput = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NoDatabase = 26;

    // https://www.sqlite.org/pragma.html#pragma_auto_vacuum
    private const int Incremental = 2;

    private readonly SqliteConnection _connection;
    private readonly string _path;

    public SqliteDatabase(string path, bool create)
    {
        _path = path;
        if (!File.Exists(path))
        {
            if (!create)
                throw new MienException($"{path}: there is no store of sessions; `mien watch --session NAME` and `mien analyze VIDEO --session NAME` make one.");
            MakeFile(path);
        }
        // A pool would keep the file open after this is disposed of.
        _connection = Create(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, Mode = SqliteOpenMode.ReadWrite }.ToString());
    }

    public override string Name => _path;

    protected override DbConnection Connection => _connection;

    protected override string Begin => "BEGIN IMMEDIATE";

    protected override string Bytes => "BLOB";

    /// <summary>Gives free pages, which are zero, back to the file system and empties the log.</summary>
    public override void Forget()
    {
        Query("PRAGMA incremental_vacuum", _ => 0);
        Query("PRAGMA wal_checkpoint(TRUNCATE)", _ => 0);
    }

    protected override void Connect()
    {
        _connection.Open();
        // Only an empty database takes auto_vacuum; it must come before WAL writes the first page. Setting it again would write, for which a full disk has no room.
        if (Query("PRAGMA auto_vacuum", row => row.GetInt64(0)) is not [Incremental])
            Execute("PRAGMA auto_vacuum = INCREMENTAL");
        Query("PRAGMA journal_mode = WAL", _ => 0);
        // With a log, NORMAL survives a kill of the process whole, and a power cut but for the last seconds.
        Execute("PRAGMA synchronous = NORMAL");
        Query("PRAGMA secure_delete = ON", _ => 0);
    }

    protected override string Explain(DbException error) => ((SqliteException)error).SqliteErrorCode switch
    {
        Full => "the disk is full. What was stored before stays readable; make room, or name another place with --store.",
        InputOutput => $"cannot be read or written ({error.Message}): the disk may be full or at fault. What was stored before stays readable.",
        Corrupt or NoDatabase => "is damaged or no store of sessions. Move it away or name another with --store; `sqlite3 FILE .recover` can often save what is in it.",
        CannotOpen => "cannot be opened: the folder does not exist, may not be written, or the disk is full.",
        ReadOnly => "may not be written. Change its permissions, or name another place with --store.",
        Busy or Locked => "is held by another program for too long; try again when that is done.",
        _ => error.Message,
    };

    private static SqliteConnection Create(string connectionString)
    {
        try
        {
            return new(connectionString);
        }
        catch (TypeInitializationException error)
        {
            throw new NativeLibraryException("SQLite's library e_sqlite3 is missing for this system: install Mien again, or name a PostgreSQL database with --store postgres://...", error);
        }
    }

    /// <summary>Makes an empty file that only the user can read: what people read as is nobody else's business.</summary>
    private static void MakeFile(string path)
    {
        try
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Directory.CreateDirectory(folder);
            new FileStream(path, options).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MienException($"{path}: cannot be made: {error.Message}", error);
        }
    }
}
