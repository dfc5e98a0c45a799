using System.Net;
using System.Text.Json;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Imaging;
using CharacterRefs.Tests.Support;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;

namespace CharacterRefs.Tests.Api.References;

[Category("Api")]
internal sealed class DerivativeTests
{
    private static readonly Action<string>[] s_damages =
        [FileDamage.Cut, FileDamage.Flip, FileDamage.FlipAndKeepTheTime, path => File.WriteAllBytes(path, [])];

    private TempDirectory _data = null!;
    private ApiFactory _api = null!;
    private HttpClient _client = null!;

    [SetUp]
    public void SetUp()
    {
        _data = new TempDirectory();
        Start();
    }

    [TearDown]
    public void TearDown()
    {
        Stop();
        _data.Dispose();
    }

    [TestCase("thumb", 320)]
    [TestCase("preview", 1024)]
    public async Task Get_WhenTheImageIsLarger_IsImmutableWebPWithItsOwnValidator(string name, int side)
    {
        var record = await UploadAsync(2000, 1000);
        var url = record.GetProperty("derivatives").GetProperty(name).GetString()!;

        using var response = await _client.GetAsync(url);

        var bytes = await response.Content.ReadAsByteArrayAsync();
        using (Assert.EnterMultipleScope())
        {
            response.AssertStatus(HttpStatusCode.OK);
            Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("image/webp"));
            Assert.That(response.Headers.CacheControl?.ToString(), Is.EqualTo("max-age=31536000, private, immutable"));
            Assert.That(response.Headers.ETag?.Tag, Does.Not.Contain(record.GetProperty("sha256").GetString()!));
            Assert.That(response.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(["nosniff"]));
            Assert.That(BitConverter.ToUInt16(bytes, bytes.AsSpan().IndexOf("VP8 "u8) + 14) & 0x3fff, Is.EqualTo(side));
        }

        using var head = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Head, url));
        Assert.That((head.StatusCode, head.Content.Headers.ContentLength), Is.EqualTo((HttpStatusCode.OK, (long?)bytes.Length)));
        using var conditional = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { IfNoneMatch = { response.Headers.ETag! } } };
        (await _client.SendAsync(conditional)).AssertStatus(HttpStatusCode.NotModified);
    }

    [Test]
    public async Task Record_WhenAnImageWasStored_GetsItsDominantColorByItself()
    {
        var id = await _client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 64, 64));

        Assert.That(await ColorAsync(id), Does.Match("^#[0-9a-f]{6}$"));
        Assert.That(File.Exists(PathOf(id, "thumb.webp")), Is.True);
        Assert.That(File.Exists(PathOf(id, "preview.webp")), Is.False);
    }

    [Test]
    public async Task Start_WhenImagesHaveNoThumb_MakesThem()
    {
        var id = await _client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 64, 64));
        var color = await ColorAsync(id);
        Stop();
        Directory.Delete(Path.Join(_data.FullPath, "derivatives"), recursive: true);
        await UpdateRowAsync("DominantColor = NULL");

        Start();

        Assert.That(await ColorAsync(id), Is.EqualTo(color));
        Assert.That(File.Exists(PathOf(id, "thumb.webp")), Is.True);
    }

    [Test]
    public async Task Start_WhenImagesHaveNoOrientation_RecordsItAndTheDimensionsAsShown()
    {
        var id = await _client.UploadedIdAsync(HostileImages.JpegWithOrientation(40, 20, 6));
        await ColorAsync(id);
        Stop();
        await UpdateRowAsync("Orientation = NULL, Width = 40, Height = 20");

        Start();

        var record = await RecordAsync(id, "orientation");
        Assert.That(
            new[] { "orientation", "width", "height" }.Select(name => record.GetProperty(name).GetInt32()), Is.EqualTo([6, 20, 40]));
    }

    [Test]
    public async Task Get_WhenRenderingTakesTooLong_Is503WithRetryAfter()
    {
        Stop();
        Start(services => services.AddSingleton<IDerivativeRenderer>(
            new VipsDerivativeRenderer(new ImageDecodingOptions { Timeout = TimeSpan.Zero }, TimeProvider.System)));
        var id = await _client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));

        using var response = await _client.GetAsync($"/api/mv/character_references/{id}/derivatives/preview.webp");

        await response.ProblemAsync(503, "Overloaded");
        Assert.That(response.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public async Task Record_WhenTheMachineWasBusy_GetsItsColorByALaterAttempt()
    {
        Stop();
        var renderer = Substitute.For<IDerivativeRenderer>();
        var vips = new VipsDerivativeRenderer(new ImageDecodingOptions(), TimeProvider.System);
        var calls = 0;
        renderer.RenderAsync(default!, default!, default!, default).ReturnsForAnyArgs(call => ++calls <= 2
            ? Task.FromResult<Result<RenderedDerivative>>(new Error(ErrorKind.Overloaded, "busy"))
            : vips.RenderAsync(call.Arg<LocalFile>(), call.Arg<CharacterReference>(), call.Arg<Derivative>(), call.Arg<CancellationToken>()));
        Start(services => services.AddSingleton(renderer).AddSingleton<TimeProvider>(new FastTimeProvider(50)));
        var id = await _client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));

        Assert.That(await ColorAsync(id), Is.Not.Null);
        Assert.That(calls, Is.EqualTo(3));
    }

    [Test]
    public async Task Get_WhenTheFileIsGone_MakesItAgain()
    {
        var record = await UploadAsync(64, 64);
        var url = record.GetProperty("derivatives").GetProperty("preview").GetString()!;
        var first = await _client.GetByteArrayAsync(url);
        File.Delete(PathOf(record.GetProperty("id").GetString()!, "preview.webp"));

        Assert.That(await _client.GetByteArrayAsync(url), Is.EqualTo(first));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task Get_WhenTheFileWasDamagedBeforeTheStart_MakesItAgain(int damage)
    {
        var id = await _client.UploadedIdAsync(TestImages.NoisePng);
        await ColorAsync(id);
        var url = $"/api/mv/character_references/{id}/derivatives/thumb.webp";
        var first = await _client.GetByteArrayAsync(url);
        Stop();
        s_damages[damage](PathOf(id, "thumb.webp"));

        Start();

        Assert.That(await _client.GetByteArrayAsync(url), Is.EqualTo(first));
        Assert.That(await File.ReadAllBytesAsync(PathOf(id, "thumb.webp")), Is.EqualTo(first));
    }

    [TestCase(0)]
    [TestCase(1)]
    public async Task Get_WhenTheFileIsDamagedWhileItIsServed_MakesItAgain(int damage)
    {
        var id = await _client.UploadedIdAsync(TestImages.NoisePng);
        await ColorAsync(id);
        var url = $"/api/mv/character_references/{id}/derivatives/thumb.webp";
        var first = await _client.GetByteArrayAsync(url);

        s_damages[damage](PathOf(id, "thumb.webp"));

        Assert.That(await _client.GetByteArrayAsync(url), Is.EqualTo(first));
    }

    [Test]
    public async Task Get_WhenTheFileIsIntactAtTheStart_DoesNotMakeItAgain()
    {
        var id = await _client.UploadedIdAsync(TestImages.NoisePng);
        await ColorAsync(id);
        var renderer = Substitute.For<IDerivativeRenderer>();
        Stop();
        Start(services => services.AddSingleton(renderer));

        (await _client.GetAsync($"/api/mv/character_references/{id}/derivatives/thumb.webp")).AssertStatus(HttpStatusCode.OK);

        Assert.That(renderer.ReceivedCalls(), Is.Empty);
    }

    [Test]
    public async Task Delete_WhenTheImageHasDerivatives_RemovesThem()
    {
        var id = await _client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 64, 64));
        await ColorAsync(id);

        (await _client.DeleteAsync($"/api/mv/character_references/{id}")).AssertStatus(HttpStatusCode.NoContent);

        Assert.That(Directory.Exists(Path.GetDirectoryName(PathOf(id, "thumb.webp"))), Is.False);
        await (await _client.GetAsync($"/api/mv/character_references/{id}/derivatives/thumb.webp")).ProblemAsync(404, "NotFound");
    }

    [Test]
    public async Task Get_WhenTheNameIsUnknown_NamesThoseThatExist()
    {
        var id = await _client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));

        await (await _client.GetAsync($"/api/mv/character_references/{id}/derivatives/poster.webp"))
            .ProblemOnFieldAsync("name", "thumb.webp, preview.webp");
    }

    [Test]
    public async Task Get_WhenServingFromCloud_RedirectsToTheStoreAndDeletesTheObjectWithTheImage()
    {
        Stop();
        Start(("SERVE_FROM_CLOUD", "true"));
        using var client = _api.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        var id = await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 64, 64));
        (await client.PostAsync($"/api/mv/character_references/{id}/persist", null)).AssertStatus(HttpStatusCode.OK);
        var url = $"/api/mv/character_references/{id}/derivatives/thumb.webp";

        using var response = await client.GetAsync(url);

        response.AssertStatus(HttpStatusCode.Found);
        Assert.That(response.Headers.CacheControl?.ToString(), Does.Match("^max-age=[1-9][0-9]*, private$"));
        using var stored = await client.GetAsync(response.Headers.Location);
        Assert.That(stored.Content.Headers.ContentType?.MediaType, Is.EqualTo("image/webp"));
        Assert.That((await client.GetAsync(url)).Headers.Location, Is.EqualTo(response.Headers.Location));

        (await client.DeleteAsync($"/api/mv/character_references/{id}")).AssertStatus(HttpStatusCode.NoContent);
        var path = Path.Join(_data.FullPath, "storage", "derivatives", id, "thumb.webp");
        Assert.That(() => File.Exists(path), Is.False.After(60_000, 50));
    }

    private void Start(params (string Name, string Value)[] settings) => Start(null, settings);

    private void Start(Action<IServiceCollection>? registrations, params (string Name, string Value)[] settings)
    {
        _api = new ApiFactory(_data.FullPath, settings) { Registrations = registrations };
        _client = _api.CreateClient();
    }

    private async Task UpdateRowAsync(string assignments)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Join(_data.FullPath, "catalog.db")};Pooling=False");
        await connection.OpenAsync();
        await using var update = connection.CreateCommand();
        update.CommandText = $"UPDATE \"references\" SET {assignments}";
        Assert.That(await update.ExecuteNonQueryAsync(), Is.EqualTo(1));
    }

    private void Stop()
    {
        _client.Dispose();
        _api.Dispose();
    }

    private string PathOf(string id, string name) => Path.Join(_data.FullPath, "derivatives", id, name);

    private async Task<JsonElement> UploadAsync(int width, int height)
    {
        var id = await _client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, width, height));
        return await (await _client.GetAsync($"/api/mv/character_references/{id}")).JsonAsync();
    }

    private async Task<string> ColorAsync(string id) => (await RecordAsync(id, "dominant_color")).GetProperty("dominant_color").GetString()!;

    /// <summary>The record, once it has a value for this member.</summary>
    private async Task<JsonElement> RecordAsync(string id, string member)
    {
        JsonElement record = default;
        await Condition.UntilAsync(async () =>
        {
            record = await (await _client.GetAsync($"/api/mv/character_references/{id}")).JsonAsync();
            return record.GetProperty(member).ValueKind != JsonValueKind.Null;
        });
        return record;
    }
}
