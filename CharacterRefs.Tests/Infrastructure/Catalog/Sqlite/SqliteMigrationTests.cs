using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Infrastructure.Catalog.Postgres;
using CharacterRefs.Infrastructure.Catalog.Sqlite;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace CharacterRefs.Tests.Infrastructure.Catalog.Sqlite;

[Category("Integration")]
internal sealed class SqliteMigrationTests
{
    private const string OldMigration = "20261122231718_AddStore";
    private const string NextMigration = "20261128233907_AddGenerationWork";
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _clock = new(AReference.Time);
    private readonly CapturedLog _log = new();
    private TempDirectory _directory = null!;

    private string Catalog => Path.Join(_directory.FullPath, "catalog.db");

    [SetUp]
    public void SetUp() => _directory = new TempDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    public async Task StartAsync_WhenThereIsNoFile_MakesTheCatalogWithAWriteAheadLog()
    {
        await using var catalog = await TestCatalog.OpenAsync(_directory);

        Assert.That(File.Exists(Path.Join(_directory.FullPath, "catalog.db")), Is.True);
        await using var context = await catalog.Contexts.CreateDbContextAsync();
        Assert.That(await context.Database.GetPendingMigrationsAsync(), Is.Empty);
        Assert.That(await context.Database.SqlQueryRaw<string>("SELECT journal_mode AS Value FROM pragma_journal_mode").SingleAsync(), Is.EqualTo("wal"));
    }

    [Test]
    public async Task StartAsync_WhenTheFileIsThere_KeepsItsRows()
    {
        var reference = AReference.Uploaded();
        await using (var first = await TestCatalog.OpenAsync(_directory))
        {
            await first.References.AddAsync(reference, CancellationToken.None);
        }

        await using var second = await TestCatalog.OpenAsync(_directory);

        Assert.That(await second.References.FindAsync(reference.Id, CancellationToken.None), Is.EqualTo(reference));
    }

    [Test]
    public void Model_WhenComparedWithTheMigrations_HasNoPendingChanges([Values] CatalogKind kind)
    {
        using var context = kind is CatalogKind.Sqlite
            ? new SqliteDesignTimeFactory().CreateDbContext([])
            : new PostgresDesignTimeFactory().CreateDbContext([]);

        Assert.That(context.Database.HasPendingModelChanges(), Is.False, "run eng/add-migration with a name");
    }

    [Test]
    public async Task StartAsync_WhenAProcessDiedWithinAMigration_RemovesItsLockAndMigrates()
    {
        await MigrateToAsync(OldMigration);
        Execute("INSERT INTO __EFMigrationsLock (Id, Timestamp) VALUES (1, '2026-11-22 18:00:00')");

        await StartAsync().WaitAsync(s_timeout);

        Assert.That(Read("SELECT count(*) FROM __EFMigrationsLock"), Is.Zero);
        Assert.That(_log.Lines, Has.One.Contains("that a dead process left"));
    }

    [Test]
    public async Task StartAsync_WhenAnotherProcessMigrates_SaysSoAndWaits()
    {
        var other = FileLock.TryTake(Catalog + ".migration-lock");

        var start = StartAsync();
        Assert.That(() => _log.Lines, Has.One.Contains("another process migrates it").After(30_000, 10));
        Assert.That(start.IsCompleted, Is.False);
        other!.Dispose();
        await Condition.AdvanceUntilAsync(_clock, start);

        Assert.That(File.Exists(Catalog), Is.True);
    }

    [Test]
    public async Task StartAsync_WhenAnotherProgramHasLockedTheFile_SaysSoWaitsAndEnds()
    {
        await StartAsync();
        using var other = Open();
        Execute(other, "BEGIN EXCLUSIVE");

        var start = StartAsync();
        Assert.That(() => _log.Lines, Has.Some.Contains("another program has locked it").After(30_000, 10));

        var error = await Assert.ThrowsAsync<InvalidSettingsException>(() => Condition.AdvanceUntilAsync(_clock, start));
        Assert.That(error!.Message, Does.StartWith(Catalog).And.Contain("is locked by another program. Close"));
        Assert.That(_clock.GetUtcNow() - AReference.Time, Is.GreaterThanOrEqualTo(SqliteMigration.LongestWait));
    }

    [Test]
    public async Task StartAsync_WhenTheSchemaIsOlder_CopiesTheCatalogFirst()
    {
        await MigrateToAsync(OldMigration);
        Execute("INSERT INTO tombstones (ImageId, DeletedAt) VALUES ('0192D3C4-0000-7000-8000-000000000001', 1)");
        File.WriteAllText(Catalog + ".before-20200101000000_Earlier", "an earlier copy");

        await StartAsync();

        var copy = Directory.GetFiles(_directory.FullPath, "catalog.db.before-*").Single();
        Assert.That(copy, Is.EqualTo(Catalog + ".before-" + NextMigration));
        Assert.That(Read("SELECT count(*) FROM tombstones", copy), Is.EqualTo(1));
        Assert.That(Read($"SELECT count(*) FROM __EFMigrationsHistory WHERE MigrationId = '{NextMigration}'", copy), Is.Zero);
        Assert.That(Read($"SELECT count(*) FROM __EFMigrationsHistory WHERE MigrationId = '{NextMigration}'"), Is.EqualTo(1));
    }

    [Test]
    public async Task StartAsync_WhenTheSchemaIsCurrent_CopiesNothing()
    {
        await StartAsync();
        await StartAsync();

        Assert.That(Directory.GetFiles(_directory.FullPath, "catalog.db.before-*"), Is.Empty);
    }

    [Test]
    public async Task StartAsync_WhenTheSchemaIsNewer_NamesTheMigrationAndTheCopy()
    {
        await MigrateToAsync(OldMigration);
        await StartAsync();
        Execute("INSERT INTO __EFMigrationsHistory VALUES ('20991231000000_AddLater', '20.0.0')");

        var error = await Assert.ThrowsAsync<InvalidSettingsException>(StartAsync);

        Assert.That(
            error!.Message,
            Does.StartWith(Catalog).And.Contain("newer version").And.Contain("20991231000000_AddLater")
                .And.Contain($"restore {Catalog}.before-{NextMigration}"));
    }

    [Test]
    public async Task StartAsync_WhenADirectoryHasTheName_NamesIt()
    {
        Directory.CreateDirectory(Catalog);

        await AssertRejectedAsync("is a directory");
    }

    [Test]
    public async Task StartAsync_WhenTheFileIsNoDatabase_SaysItIsDamaged()
    {
        _directory.Write("catalog.db", [.. Enumerable.Repeat((byte)'x', 8192)]);

        await AssertRejectedAsync("is damaged");
    }

    [Test]
    public async Task StartAsync_WhenTheFileIsCut_SaysItIsDamaged()
    {
        await StartAsync();
        using (var file = File.OpenWrite(Catalog))
        {
            file.SetLength(file.Length / 2 / 4096 * 4096);
        }

        await AssertRejectedAsync("is damaged");
    }

    [Test]
    public async Task StartAsync_WhenALongFileIsCut_SaysItIsDamaged()
    {
        await StartAsync();
        Execute($"CREATE TABLE filler (bytes BLOB); INSERT INTO filler VALUES (zeroblob({SqliteMigration.LongestRead * 2}))");
        using (var file = File.OpenWrite(Catalog))
        {
            file.SetLength(file.Length - (SqliteMigration.LongestRead / 2));
        }

        await AssertRejectedAsync("is damaged");
    }

    [Test]
    public async Task StartAsync_WhenAPageIsOverwritten_SaysItIsDamaged()
    {
        await StartAsync();
        using (var file = File.OpenWrite(Catalog))
        {
            file.Position = 4096 * 2;
            file.Write([.. Enumerable.Repeat((byte)0xA5, 4096)]);
        }

        await AssertRejectedAsync("is damaged");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task StartAsync_WhenTheFileIsEmpty_StartsOnlyWithoutImages(bool hasImages)
    {
        _directory.Write("catalog.db", []);
        var images = Substitute.For<IReferenceFiles>();
        images.List().Returns(hasImages ? [new PublishedFile(AReference.Uploaded().Id, ImageFormat.Png, new LocalFile("/x", 1, AReference.Time))] : []);

        if (hasImages)
        {
            await AssertRejectedAsync("is empty, and there are images", images);
        }
        else
        {
            await StartAsync(images);
            Assert.That(Read("SELECT count(*) FROM \"references\""), Is.Zero);
        }
    }

    [Test]
    public async Task StartAsync_WhenTheDiskIsReadOnly_SaysSo()
    {
        using var disk = SmallDisk.Mount("3m", _directory.FullPath);
        await StartAsync();
        disk.MakeReadOnly();

        await AssertRejectedAsync("read-only");
    }

    [Test]
    public async Task StartAsync_WhenTheFileIsReadOnly_SaysSo()
    {
        using var disk = SmallDisk.Mount("3m", _directory.FullPath);
        await StartAsync();
        disk.MakeReadOnly("catalog.db");

        await AssertRejectedAsync("read-only");
    }

    [Test]
    public async Task StartAsync_WhenTheDiskIsFull_SaysSo()
    {
        using var disk = SmallDisk.Mount("1m", _directory.FullPath);
        disk.Fill(leaving: 0);

        await AssertRejectedAsync("the disk is full");
    }

    private async Task AssertRejectedAsync(string cause, IReferenceFiles? images = null)
    {
        var error = await Assert.ThrowsAsync<InvalidSettingsException>(() => StartAsync(images));
        Assert.That(error!.Problems, Has.Count.EqualTo(1));
        Assert.That(error.Message, Does.StartWith(Catalog).And.Contain(cause).And.Not.Contain('\n'));
    }

    private Task StartAsync() => StartAsync(null);

    private async Task StartAsync(IReferenceFiles? images)
    {
        var root = new DataRootOptions { Path = _directory.FullPath };
        using var migration = new SqliteMigration(
            Contexts(), new CatalogFile(root), new DiskReserve(root), _clock, _log.Of<SqliteMigration>(), images);
        await migration.StartAsync(default);
    }

    private async Task MigrateToAsync(string migration)
    {
        await using var context = await Contexts().CreateDbContextAsync();
        await context.GetService<IMigrator>().MigrateAsync(migration);
    }

    private PooledDbContextFactory<CatalogDbContext> Contexts() =>
        new(new DbContextOptionsBuilder<CatalogDbContext>().UseSqlite($"Data Source={Catalog};Pooling=False").Options);

    private SqliteConnection Open(string? path = null)
    {
        var connection = new SqliteConnection($"Data Source={path ?? Catalog};Pooling=False");
        connection.Open();
        return connection;
    }

    private void Execute(string sql)
    {
        using var connection = Open();
        Execute(connection, sql);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private long Read(string sql, string? path = null)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
