using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;
using Microsoft.Data.Sqlite;

namespace CharacterRefs.Tests.Api.References;

/// <summary>The service is killed where it hurts. The catalog is held locked from outside, so that a request stands between its file and its row.</summary>
[Category("Integration")]
internal sealed class CrashTests
{
    private TempDirectory _directory = null!;

    private string Images => Path.Combine(_directory.FullPath, "mv/outputs/character_reference");

    private string Catalog => Path.Combine(_directory.FullPath, "mv/outputs/catalog.db");

    [SetUp]
    public void MakeDirectory() => _directory = new TempDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public async Task Upload_WhenKilledBetweenFileAndRow_IsAdoptedByTheNextStart()
    {
        var bytes = TestImages.NoisePng;
        using (var api = Start())
        {
            using var client = await api.ConnectAsync();
            await using var held = await HoldCatalogAsync();
            var upload = client.UploadAsync(bytes);
            await Condition.UntilAsync(() => Published().Count == 1);

            await api.KillAsync();

            Assert.That(async () => await upload, Throws.Exception);
        }

        using var after = Start();
        using var afterClient = await after.ConnectAsync();
        var item = await OnlyItemAsync(afterClient);

        Assert.That(item.GetProperty("origin").GetString(), Is.EqualTo("adopted"));
        Assert.That(item.GetProperty("sha256").GetString(), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(bytes))));
        var served = await afterClient.GetByteArrayAsync(item.GetProperty("content_url").GetString());
        Assert.That(served, Is.EqualTo(bytes));
    }

    [Test]
    public async Task Upload_WhenKilledWhileReceiving_LeavesNothingAfterTheNextStart()
    {
        using (var api = Start())
        {
            using var client = await api.ConnectAsync();
            using var socket = new System.Net.Sockets.TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, client.BaseAddress!.Port);
            await socket.GetStream().WriteAsync((byte[])
            [
                .. "POST /api/mv/upload_character_reference HTTP/1.1\r\nHost: localhost\r\n"u8,
                .. "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 900000\r\n\r\n"u8,
                .. "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n"u8,
            ]);
            await socket.GetStream().WriteAsync(TestImages.NoisePng.AsMemory(0, 200_000));
            await Condition.UntilAsync(() => Directory.GetFiles(Images, "*", SearchOption.AllDirectories).Length == 1);

            await api.KillAsync();

            Assert.That(Directory.GetFiles(Images, "*", SearchOption.AllDirectories), Has.Length.EqualTo(1), "the stump is there");
        }

        using var after = Start();
        using var afterClient = await after.ConnectAsync();
        await Condition.UntilAsync(() => Directory.GetFiles(Images, "*", SearchOption.AllDirectories).Length == 0);

        var list = await (await afterClient.GetAsync("/api/mv/character_references")).JsonAsync();
        Assert.That(list.GetProperty("items").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task Generate_WhenKilledAfterTheResponse_EveryImageIsServed()
    {
        List<JsonElement> images;
        using (var api = Start())
        {
            using var client = await api.ConnectAsync();
            images = [.. (await (await client.GenerateAsync(new { character_description = "x" })).JsonAsync()).GetProperty("images").EnumerateArray()];

            await api.KillAsync();
        }

        using var after = Start();
        using var afterClient = await after.ConnectAsync();

        foreach (var image in images)
        {
            var bytes = await afterClient.GetByteArrayAsync(image.GetProperty("content_url").GetString());
            Assert.That(Convert.ToHexStringLower(SHA256.HashData(bytes)), Is.EqualTo(image.GetProperty("sha256").GetString()));
        }
    }

    [Test]
    public async Task Generate_WhenKilledBetweenFileAndRow_IsAdoptedWithItsProvenance()
    {
        await using var stub = await ReplicateStub.StartAsync();
        stub.ImageOf = _ => TestImages.NoisePng;
        var output = new TaskCompletionSource();
        stub.Delivery.Waits(output.Task);
        (string, string)[] settings = [.. stub.Variables.Select(variable => (variable.Key, variable.Value!))];
        using (var api = ApiProcess.Start(_directory.FullPath, settings))
        {
            using var client = await api.ConnectAsync();
            var request = client.GenerateAsync(new { character_description = "A robot", num_images = 1, seed = 9 });
            await Condition.UntilAsync(() => StoringSlots() == 1);
            await using var held = await HoldCatalogAsync();
            output.SetResult();
            await Condition.UntilAsync(() => Published().Count == 1);

            await api.KillAsync();

            Assert.That(async () => await request, Throws.Exception);
        }

        using var after = ApiProcess.Start(_directory.FullPath, settings);
        using var afterClient = await after.ConnectAsync();
        var item = await OnlyItemAsync(afterClient);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(item.GetProperty("origin").GetString(), Is.EqualTo("generated"));
            Assert.That(item.GetProperty("character_description").GetString(), Is.EqualTo("A robot"));
            Assert.That(item.GetProperty("seed").GetInt32(), Is.EqualTo(9));
            Assert.That(item.GetProperty("sha256").GetString(), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(TestImages.NoisePng))));
            Assert.That(stub.Creates, Has.Count.EqualTo(1), "nothing is paid twice");
        }
    }

    private long StoringSlots()
    {
        using var connection = new SqliteConnection($"Data Source={Catalog};Pooling=false;Mode=ReadOnly");
        connection.Open();
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT count(*) FROM generation_slots WHERE State = 'Storing'";
        return (long)select.ExecuteScalar()!;
    }

    private static async Task<JsonElement> OnlyItemAsync(HttpClient client)
    {
        JsonElement items = default;
        await Condition.UntilAsync(
            async () => (items = (await (await client.GetAsync("/api/mv/character_references")).JsonAsync()).GetProperty("items")).GetArrayLength() > 0);
        Assert.That(items.GetArrayLength(), Is.EqualTo(1));
        return items[0];
    }

    private ApiProcess Start() => ApiProcess.Start(_directory.FullPath, ("IMAGE_GENERATOR", "placeholder"));

    private List<string> Published() => [.. Directory.GetFiles(Images)];

    private async Task<SqliteConnection> HoldCatalogAsync()
    {
        var connection = new SqliteConnection($"Data Source={Catalog};Pooling=false");
        await connection.OpenAsync();
        await using var begin = connection.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        await begin.ExecuteNonQueryAsync();
        return connection;
    }
}
