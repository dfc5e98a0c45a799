using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace CharacterRefs.Tests.Support;

/// <summary>A real nginx in front of the service, with the settings that a deployment has. It listens on a Unix socket, so that it needs no port.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly Process _process;
    private readonly string _configuration;

    private Nginx(Func<string, string, string> configurationAt)
    {
        Socket = Path.Combine(_directory.FullPath, "nginx.sock");
        _configuration = _directory.Write("nginx.conf", System.Text.Encoding.UTF8.GetBytes(configurationAt(Socket, _directory.FullPath)));
        _process = Process.Start(new ProcessStartInfo(
            CommandLine.Find("nginx"), ["-e", "stderr", "-p", _directory.FullPath, "-c", _configuration, "-g", "daemon off; master_process off;"]))!;
    }

    private string Socket { get; }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="service">Where the service listens.</param>
    /// <param name="readTimeout">How long it waits for the service to send something, in whole seconds.</param>
    public static Task<Nginx> StartAsync(Uri service, TimeSpan readTimeout) => StartAsync(socket => $$"""
        server {
            listen unix:{{socket}};
            location / {
                proxy_pass {{service.GetLeftPart(UriPartial.Authority)}};
                proxy_http_version 1.1;
                proxy_read_timeout {{readTimeout.TotalSeconds:0}}s;
            }
        }
        """);

    /// <summary>Starts it in front of several nodes of the service and waits until it listens.</summary>
    /// <param name="ports">Where the nodes listen on loopback.</param>
    public static Task<Nginx> StartAsync(IEnumerable<int> ports) => StartAsync(socket => $$"""
        upstream nodes {
            {{string.Join('\n', ports.Select(port => $"server 127.0.0.1:{port} max_fails=1 fail_timeout=1s;"))}}
        }
        server {
            listen unix:{{socket}};
            client_max_body_size 32m;
            error_log stderr crit; # nodes are stopped and killed
            location / {
                proxy_pass http://nodes;
                proxy_http_version 1.1;
                proxy_set_header Host localhost;
                proxy_connect_timeout 5s;
                proxy_read_timeout 300s;
            }
        }
        """);

    /// <summary>Starts it with a server of the caller and waits until it listens.</summary>
    /// <param name="serverAt">The server's part of the configuration, for the socket that it listens on.</param>
    public static Task<Nginx> StartAsync(Func<string, string> serverAt) => StartFileAsync((socket, directory) => $$"""
        pid {{directory}}/nginx.pid;
        error_log stderr warn;
        events { }
        http {
            access_log off;
            client_body_temp_path {{directory}}/body;
            proxy_temp_path {{directory}}/proxy;
            fastcgi_temp_path {{directory}}/fastcgi;
            uwsgi_temp_path {{directory}}/uwsgi;
            scgi_temp_path {{directory}}/scgi;
            {{serverAt(socket)}}
        }
        """);

    /// <summary>Starts it with a whole configuration of the caller and waits until it listens.</summary>
    /// <param name="configurationAt">The configuration, for the socket that it listens on and a directory that it may write to.</param>
    public static async Task<Nginx> StartFileAsync(Func<string, string, string> configurationAt)
    {
        var nginx = new Nginx(configurationAt);
        await Condition.UntilAsync(() =>
        {
            Assert.That(nginx._process.HasExited, Is.False, "nginx ended; what it says is in the output of the tests");
            return nginx.ListensAsync();
        });

        return nginx;
    }

    // The file is there before anybody listens.
    private async Task<bool> ListensAsync()
    {
        try
        {
            using var socket = await ConnectAsync(CancellationToken.None);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Lints the configuration.</summary>
    /// <returns>The exit code, and what nginx says.</returns>
    public async Task<(int ExitCode, string Output)> LintAsync()
    {
        var start = new ProcessStartInfo(CommandLine.Find("nginx"), ["-t", "-e", "stderr", "-p", _directory.FullPath, "-c", _configuration])
        {
            RedirectStandardError = true,
        };
        using var lint = Process.Start(start)!;
        var output = await lint.StandardError.ReadToEndAsync();
        await lint.WaitForExitAsync();
        return (lint.ExitCode, output);
    }

    /// <param name="address">Scheme and host of the requests; <c>null</c> = http.</param>
    /// <param name="certificateHash">SHA-256 of the only certificate that is accepted.</param>
    public HttpClient CreateClient(Uri? address = null, string? certificateHash = null) => new(new SocketsHttpHandler
    {
        SslOptions =
        {
            RemoteCertificateValidationCallback = (_, sent, _, _) => sent?.GetCertHashString(HashAlgorithmName.SHA256) == certificateHash,
        },
        ConnectCallback = async (_, cancellationToken) => new NetworkStream(await ConnectAsync(cancellationToken), ownsSocket: true),
    })
    {
        BaseAddress = address ?? new Uri("http://nginx"),
    };

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Dispose();
    }
}
