using System.Text;
using CharacterRefs.Application.Webhooks;
using FsCheck;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace CharacterRefs.Tests.Application.Webhooks;

[Category("Unit")]
public sealed class StandardWebhookTests
{
    // The vector of Replicate's own clients.
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Timestamp = "1614265330";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static readonly byte[] s_body = """{"test": 2432232314}"""u8.ToArray();
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1614265330);
    private static readonly StandardWebhook s_webhook = StandardWebhook.Parse(Secret)!;

    [Test]
    public void Sign_WhenGivenThePublishedVector_IsItsSignature()
    {
        Assert.That(s_webhook.Sign(Id, Timestamp, s_body), Is.EqualTo(Signature));
        Assert.That(StandardWebhook.TimestampOf(s_now), Is.EqualTo(Timestamp));
    }

    [TestCase(Signature)]
    [TestCase("v1,AAAA " + Signature)]
    [TestCase("v1a,c2lnbmF0dXJl v2,x v1, " + Signature + " v1,Zm9v")]
    public void Verify_WhenOneOfTheSignaturesFits_IsTrue(string signatures) =>
        Assert.That(s_webhook.Verify(Id, Timestamp, signatures, s_body, s_now), Is.True);

    [TestCase(null, Timestamp, Signature)]
    [TestCase("", Timestamp, Signature)]
    [TestCase("msg_other", Timestamp, Signature)]
    [TestCase(Id, null, Signature)]
    [TestCase(Id, "", Signature)]
    [TestCase(Id, "soon", Signature)]
    [TestCase(Id, "1614265331", Signature)]
    [TestCase(Id, "+1614265330", Signature)]
    [TestCase(Id, " 1614265330", Signature)]
    [TestCase(Id, "1614265330.0", Signature)]
    [TestCase(Id, "-9223372036854775808", Signature)]
    [TestCase(Id, "9223372036854775807", Signature)]
    [TestCase(Id, "99999999999999999999", Signature)]
    [TestCase(Id, Timestamp, null)]
    [TestCase(Id, Timestamp, "")]
    [TestCase(Id, Timestamp, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [TestCase(Id, Timestamp, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE")]
    [TestCase(Id, Timestamp, "V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [TestCase(Id, Timestamp, "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [TestCase(Id, Timestamp, "v1,h0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [TestCase(Id, Timestamp, "v1," + Signature)]
    public void Verify_WhenAHeaderIsMissingOrForged_IsFalse(string? id, string? timestamp, string? signatures) =>
        Assert.That(s_webhook.Verify(id, timestamp, signatures, s_body, s_now), Is.False);

    [TestCase(-301, false)]
    [TestCase(-300, true)]
    [TestCase(300, true)]
    [TestCase(301, false)]
    public void Verify_WhenItIsLateOrEarly_AllowsFiveMinutes(int seconds, bool isValid) =>
        Assert.That(s_webhook.Verify(Id, Timestamp, Signature, s_body, s_now.AddSeconds(seconds)), Is.EqualTo(isValid));

    [Test]
    public void Verify_WhenTheHeaderIsFlooded_LooksAtTheFirstSixteen()
    {
        var flood = string.Join(' ', Enumerable.Repeat("v1,AAAA", 16));

        Assert.That(s_webhook.Verify(Id, Timestamp, $"{flood} {Signature}", s_body, s_now), Is.False);
        Assert.That(s_webhook.Verify(Id, Timestamp, $"{flood[8..]} {Signature}", s_body, s_now), Is.True);
    }

    [Test]
    public void Verify_WhenIdAndTimestampAreCutElsewhere_IsFalse()
    {
        var signature = s_webhook.Sign("a", "1614265330", "1614265330.x"u8);

        Assert.That(s_webhook.Verify("a.1614265330", "1614265330", signature, "x"u8, s_now), Is.False);
    }

    [Property]
    public bool Verify_WhenGivenWhatWasSigned_IsTrueAndFalseOtherwise(NonNull<string> body, byte[] key, PositiveInt flipped)
    {
        var secret = "whsec_" + Convert.ToBase64String([.. key.Concat(new byte[24]).Take(32)]);
        var webhook = StandardWebhook.Parse(secret)!;
        var bytes = Encoding.UTF8.GetBytes(body.Get + "!");
        var signature = webhook.Sign(Id, Timestamp, bytes);
        var changed = bytes.ToArray();
        changed[flipped.Get % changed.Length] ^= 1;
        return webhook.Verify(Id, Timestamp, signature, bytes, s_now)
            && !webhook.Verify(Id, Timestamp, signature, changed, s_now)
            && !webhook.Verify(Id, Timestamp, signature, [.. bytes, 0], s_now)
            && !webhook.Verify(Id, Timestamp, signature, bytes.AsSpan()[1..], s_now)
            && !webhook.Verify(Id, "1614265329", signature, bytes, s_now)
            && !s_webhook.Verify(Id, Timestamp, signature, bytes, s_now);
    }

    [Property]
    public bool Verify_WhenGivenAnyHeaders_ThrowsNothing(string id, string timestamp, string signatures) =>
        !s_webhook.Verify(id, timestamp, signatures, s_body, s_now) && !s_webhook.Verify(id, Timestamp, "v1," + signatures, s_body, s_now);

    [TestCase(null)]
    [TestCase("")]
    [TestCase("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [TestCase("whsec_")]
    [TestCase("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa")]
    [TestCase("whsec_not base64!not base64!not base64!")]
    [TestCase("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public void Parse_WhenItIsNoSecret_IsNull(string? secret) => Assert.That(StandardWebhook.Parse(secret), Is.Null);

    [TestCase(24, true)]
    [TestCase(64, true)]
    [TestCase(23, false)]
    [TestCase(65, false)]
    [TestCase(4096, false)]
    public void Parse_WhenTheKeyHas24To64Bytes_AllowsIt(int length, bool isSecret) =>
        Assert.That(StandardWebhook.Parse("whsec_" + Convert.ToBase64String(new byte[length])), isSecret ? Is.Not.Null : Is.Null);

    [Test]
    public void ToString_WhenItHasASecret_DoesNotShowIt() => Assert.That(s_webhook.ToString(), Does.Not.Contain(Secret[6..12]));
}
