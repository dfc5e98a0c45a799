using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Infrastructure.Catalog.Postgres;
using CharacterRefs.Infrastructure.Catalog.Transfer;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Postgres;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CharacterRefs.Tests.Infrastructure.Catalog.Transfer;

[TestFixture(CatalogKind.Sqlite)]
[TestFixture(CatalogKind.Postgres)]
[Category("Integration")]
internal sealed class CatalogTransferTests(CatalogKind kind)
{
    private const int Uploads = 2500;

    private TestCatalog _catalog = null!;
    private CatalogTransfer _transfer = null!;
    private TempDirectory _directory = null!;
    private List<CharacterReferenceId> _ids = null!;

    [SetUp]
    public async Task SetUp()
    {
        _directory = new TempDirectory();
        _catalog = await TestCatalog.OpenAsync(kind);
        _transfer = new CatalogTransfer(_catalog.Contexts, new CatalogIdentity(_catalog.Database), TimeProvider.System, NullLoggerFactory.Instance);
        var generation = AGeneration.Of(2, description: "A Räuber with a lantern 🤖");
        var reference = AReference.Generated(generation, generation.Slots[1]);
        await _catalog.Ledger.BeginAsync(generation, null, null, CancellationToken.None);
        await _catalog.Ledger.CompleteAsync(generation, generation.Slots[1].Succeed(AReference.Time), reference, CancellationToken.None);
        _ids = [reference.Id, .. await _catalog.AddUploadsAsync(Uploads)];
        await _catalog.References.AnnotateAsync(_ids[5], new AnnotationChange(true, 5, ["hero", "ünïcode"], "猫"), CancellationToken.None);
        await _catalog.References.DeleteAsync(_ids[6], CancellationToken.None);
        Assert.That(JobId.TryParse("job-1", out var job), Is.True);
        await _catalog.Jobs.AssociateAsync(job, [_ids[9], _ids[0]], CancellationToken.None);
        await _catalog.StopAsync();
    }

    [TearDown]
    public async Task TearDown()
    {
        await TestCatalog.CloseAsync(_catalog);
        _directory.Dispose();
    }

    [Test]
    public async Task CopyAsync_WhenTheOtherEngineIsTheTarget_CopiesEveryTable([Values] bool resumed)
    {
        var target = await TargetAsync();
        if (resumed)
        {
            await LeaveAHalfCopyAsync(target);
        }

        var tables = await _transfer.CopyAsync(target.Url, CancellationToken.None);

        await using var context = await _catalog.Contexts.CreateDbContextAsync();
        string[] ofProcesses = ["nodes", "duties", "shared_states"];
        Assert.That(
            tables.Select(table => table.Name), Is.EquivalentTo(context.Model.GetEntityTypes().Select(type => type.GetTableName()).Except(ofProcesses)));
        Assert.That(tables.Where(table => !table.IsSame), Is.Empty);
        Assert.That(tables.Single(table => table.Name == "references").Target.Rows, Is.EqualTo(Uploads));
        await using (var copy = await target.OpenAsync())
        {
            await AssertSameAsync(copy);
            await copy.References.AddAsync(AReference.Uploaded(), CancellationToken.None); // with a number of its own
        }

        await target.DropAsync();
    }

    [Test]
    public async Task CopyAsync_WhenTheTargetHasAnotherCatalog_Rejects()
    {
        var target = await TargetAsync();
        await using (var other = await target.OpenAsync())
        {
            await other.References.AddAsync(AReference.Uploaded(), CancellationToken.None);
        }

        var error = await Assert.ThrowsAsync<InvalidSettingsException>(() => _transfer.CopyAsync(target.Url, CancellationToken.None));

        Assert.That(error!.Message, Does.Contain("another catalog"));
        await target.DropAsync();
    }

    [Test]
    public async Task CopyAsync_WhileANodeUsesTheServer_Rejects()
    {
        var target = await TargetAsync();
        await using var node = kind is CatalogKind.Postgres
            ? await _catalog.OpenAnotherAsync()
            : await TestCatalog.OpenServerAsync(DatabaseUrl.Parse(target.Url)!);

        var error = await Assert.ThrowsAsync<InvalidSettingsException>(() => _transfer.CopyAsync(target.Url, CancellationToken.None));

        Assert.That(error!.Message, Does.StartWith($"Services use {(kind is CatalogKind.Postgres ? "the catalog" : "postgres://")}").And.Contain("NODE_LEASE"));
        await node.StopAsync();
        Assert.That(await _transfer.CopyAsync(target.Url, CancellationToken.None), Has.All.Property(nameof(CopiedTable.IsSame)).True);
        await target.DropAsync();
    }

    [Test]
    public async Task CopyAsync_WhenTheTargetDoesNotTakeIt_NamesTheTargetWithoutItsPassword()
    {
        const string Url = "postgres://someone:hush@127.0.0.1:1/elsewhere";

        var error = await Assert.ThrowsAsync<InvalidSettingsException>(() => _transfer.CopyAsync(Url, CancellationToken.None));

        Assert.That(error!.Message, Does.Contain("postgres://someone@127.0.0.1:1/elsewhere").And.Not.Contain("hush").And.Not.Contain("DATABASE_URL"));
    }

    [Test]
    public async Task BackUpAsync_WhenTheFileCannotBeWritten_LeavesNothing()
    {
        var path = Path.Join(_directory.FullPath, "catalog.db");
        Directory.CreateDirectory(path + ".draft"); // in the place of the file

        var error = await Assert.ThrowsAsync<InvalidSettingsException>(() => _transfer.BackUpAsync(path, CancellationToken.None));

        Assert.That(error!.Message, Does.StartWith($"{path} cannot be written"));
        Assert.That(Directory.GetFiles(_directory.FullPath), Is.Empty);
    }

    [Test]
    public async Task BackUpAsync_WhenTheCatalogCannotBeRead_SaysSoAndLeavesNothing()
    {
        await using (var context = await _catalog.Contexts.CreateDbContextAsync())
        {
            await context.Database.ExecuteSqlRawAsync(kind is CatalogKind.Postgres
                ? "ALTER TABLE generation_slots RENAME TO lost"
                : "PRAGMA wal_checkpoint(TRUNCATE)");
        }

        var transfer = kind is CatalogKind.Postgres ? _transfer : TransferOfADamagedFile();

        var error = await Assert.ThrowsAsync<InvalidSettingsException>(
            () => transfer.BackUpAsync(Path.Join(_directory.FullPath, "catalog.db"), CancellationToken.None));

        Assert.That(error!.Message, Does.StartWith("The catalog cannot be read"));
        Assert.That(Directory.GetFiles(_directory.FullPath), Is.Empty);
    }

    [Test]
    public async Task CopyAsync_WhenARowOfTheCopyWasChanged_ReportsIt()
    {
        var target = await TargetAsync();
        await _transfer.CopyAsync(target.Url, CancellationToken.None);
        await using (var copy = await target.OpenAsync())
        {
            await copy.References.AnnotateAsync(_ids[7], new AnnotationChange(null, 1, null, null), CancellationToken.None);
        }

        var tables = await _transfer.CopyAsync(target.Url, CancellationToken.None);

        Assert.That(tables.Where(table => !table.IsSame).Select(table => table.Name), Is.EqualTo(["references"]));
        await target.DropAsync();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Transfer_WhenItTakesLong_LogsPercentAndRate(bool isCopy)
    {
        var expected = isCopy || kind is CatalogKind.Postgres ? "Copying references" : "Writing the bytes of the catalog";
        using var log = new CapturedLog();
        using var loggers = new LoggerFactory([log]);
        var transfer = new CatalogTransfer(_catalog.Contexts, new CatalogIdentity(_catalog.Database), new HurriedClock { IsHurried = true }, loggers);
        var path = Path.Join(_directory.FullPath, "catalog.db");

        await (isCopy ? transfer.CopyAsync(path, CancellationToken.None) : transfer.BackUpAsync(path, CancellationToken.None));

        Assert.That(log.Lines, Has.Some.Match($@"{expected}.*: \d+ of \d+, \d+ %, [\d.]+ per second"));
    }

    [Test]
    public async Task BackUpAsync_WhileRowsAreWritten_WritesOneStateIntoAFile()
    {
        var path = Path.Join(_directory.FullPath, "catalog.db");
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await _catalog.References.AddAsync(AReference.Uploaded(), CancellationToken.None);
            }
        });

        await _transfer.BackUpAsync(path, CancellationToken.None);
        await stop.CancelAsync();
        await writing;

        Assert.That(Directory.GetFiles(_directory.FullPath), Is.EqualTo([path]));
        await using var copy = await TestCatalog.OpenAsync(_directory);
        await AssertSameAsync(copy);
        await Assert.ThrowsAsync<InvalidSettingsException>(() => _transfer.BackUpAsync(path, CancellationToken.None));
    }

    /// <summary>Of the file with pages that a fault of the disk overwrote, read by a connection that remembers none of them.</summary>
    private CatalogTransfer TransferOfADamagedFile()
    {
        var path = Path.Join(_catalog.Directory.FullPath, "catalog.db");
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Position = 64 << 10;
            file.Write(Enumerable.Repeat((byte)0xff, (int)(file.Length - file.Position)).ToArray());
        }

        var options = new DbContextOptionsBuilder<CatalogDbContext>().UseSqlite($"Data Source={path};Pooling=False").Options;
        return new CatalogTransfer(
            new PooledDbContextFactory<CatalogDbContext>(options), new CatalogIdentity(_catalog.Database), TimeProvider.System, NullLoggerFactory.Instance);
    }

    /// <summary>What a copy leaves that is stopped between two batches of images.</summary>
    private async Task LeaveAHalfCopyAsync(Target target)
    {
        await _transfer.CopyAsync(target.Url, CancellationToken.None);
        await using var copy = await target.OpenAsync();
        await using var context = await copy.Contexts.CreateDbContextAsync();
        await context.Database.ExecuteSqlRawAsync(
            """
            DELETE FROM webhook_deliveries; DELETE FROM tombstones; DELETE FROM job_references; DELETE FROM reference_tags;
            DELETE FROM "references" WHERE "Sequence" > 1000
            """);
    }

    private async Task AssertSameAsync(TestCatalog copy)
    {
        foreach (var id in _ids.Take(20))
        {
            var (here, there) = (await _catalog.References.FindAsync(id, CancellationToken.None), await copy.References.FindAsync(id, CancellationToken.None));
            Assert.That(there is null ? null : there with { Provenance = null }, Is.EqualTo(here is null ? null : here with { Provenance = null }));
            Assert.That(there?.Provenance?.Description, Is.EqualTo(here?.Provenance?.Description));
        }

        var found = await copy.References.ListAsync(new ReferenceFilter("RÄUBER", null), null, 5, CancellationToken.None);
        Assert.That(found.Items.Select(item => item.Id), Is.EqualTo([_ids[0]]));
        var tagged = await copy.References.ListAsync(new ReferenceFilter(null, null) { Tag = "hero" }, null, 5, CancellationToken.None);
        Assert.That(tagged.Items.Select(item => item.Id), Is.EqualTo([_ids[5]]));
    }

    private async Task<Target> TargetAsync()
    {
        if (kind is CatalogKind.Postgres)
        {
            return new Target(
                Path.Join(_directory.FullPath, "catalog.db"), () => TestCatalog.OpenAsync(_directory), () => Task.CompletedTask);
        }

        var database = await PostgresTestServer.CreateEmptyAsync();
        var names = new NpgsqlConnectionStringBuilder(database);
        return new Target(
            $"postgres://{names.Username}:{names.Password}@{names.Host}:{names.Port}/{names.Database}",
            async () =>
            {
                var opened = await TestCatalog.OpenServerAsync(database);
                await opened.StopAsync();
                return opened;
            },
            () => PostgresTestServer.DropAsync(database));
    }

    private sealed record Target(string Url, Func<Task<TestCatalog>> OpenAsync, Func<Task> DropAsync);
}
