using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Tests.Infrastructure.Catalog;

[Category("Integration")]
internal sealed class CatalogMigrationTests
{
    private TempDirectory _directory = null!;

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
    public async Task Model_WhenComparedWithTheMigrations_HasNoPendingChanges()
    {
        await using var catalog = await TestCatalog.OpenAsync(_directory);
        await using var context = await catalog.Contexts.CreateDbContextAsync();

        Assert.That(context.Database.HasPendingModelChanges(), Is.False);
    }
}
