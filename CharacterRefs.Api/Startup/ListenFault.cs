using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace CharacterRefs.Api.Startup;

/// <summary>Recognizes that the server could not listen where <c>API_HOST</c> and <c>API_PORT</c> say.</summary>
internal static class ListenFault
{
    /// <param name="error">What the start of the server threw.</param>
    /// <param name="urls">Where it was to listen.</param>
    /// <returns>What is wrong and what is allowed, for a person; <c>null</c> when the error is another one.</returns>
    public static string? Describe(Exception error, string? urls) => FindCode(error) switch
    {
        null => null,
        SocketError.AddressAlreadyInUse => $"API_HOST and API_PORT name an address that is already in use: {urls}. Allowed: a port that no other program uses.",
        SocketError.AccessDenied =>
            $"API_PORT is a port on which this user may not listen: {urls}. Allowed: a port from 1024 on, or a right to the lower ones (CAP_NET_BIND_SERVICE).",
        SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported =>
            $"API_HOST is not an address of this machine: {urls}. Allowed: localhost, 0.0.0.0 or [::] for every interface, or the address of one.",
        var code => $"The system does not allow to listen on {urls}: {new SocketException((int)code).Message} ({code}). Check API_HOST and API_PORT.",
    };

    // For localhost the server tries both loopback addresses and collects the causes.
    private static SocketError? FindCode(Exception error) => error switch
    {
        SocketException socket => socket.SocketErrorCode,
        AddressInUseException => SocketError.AddressAlreadyInUse,
        IOException { InnerException: AggregateException all } => all.InnerExceptions.Select(FindCode).FirstOrDefault(code => code is not null),
        IOException { InnerException: { } inner } => FindCode(inner),
        _ => null,
    };
}
