using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.S3;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Storage;

/// <summary>The clocks of the service and of the S3 server are sixteen minutes apart; S3 accepts signatures that are up to fifteen minutes off.</summary>
[Category("Integration")]
internal sealed class StoreClockTests
{
    private StorageScene _scene = null!;

    [SetUp]
    public async Task SetUp() => _scene = await StorageScene.SetUpAsync(await S3TestGateway.StartAsync(hasOwnClock: true));

    [TearDown]
    public ValueTask TearDown() => _scene?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Test]
    public async Task Start_WhenTheClocksDiffer_StopsAndNamesTheClock()
    {
        _scene.Gateway!.SetClock("+16m");
        using var api = _scene.StartProcess();

        var code = await api.ExitCodeAsync();

        Assert.That(code, Is.EqualTo(78), api.Log);
        Assert.That(api.Log, Does.Contain("cannot start").And.Contain("RequestTimeTooSkewed").And.Contain("clock"));
    }

    [Test]
    public async Task Upload_WhenTheClocksDriftApart_NamesTheClockAndStoresWhenItIsRight()
    {
        using var api = _scene.Start();
        using var client = api.CreateClient();
        _scene.Gateway!.SetClock("-16m");

        var response = await _scene.UploadAsync(client, TestImages.NoisePng);

        var copy = await StorageScene.CopyAsync(client, response.GetProperty("image_id").GetString()!);
        Assert.That(copy.GetProperty("last_error").GetString(), Does.Contain("clock").And.Contain("RequestTimeTooSkewed"));
        _scene.Gateway.SetClock("+0");
        Assert.That(await _scene.AssertNothingIsLostAsync(client), Is.Empty);
    }
}
