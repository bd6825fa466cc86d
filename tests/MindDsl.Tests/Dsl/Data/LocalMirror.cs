using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MindDsl.Tests.Dsl.Data;

/// <summary>A web server on the loopback interface that serves files from memory and misbehaves on demand.</summary>
internal sealed class LocalMirror : IDisposable
{
    private readonly HttpListener listener;
    private readonly Task loop;

    public LocalMirror()
    {
        (listener, Address) = Listen();
        loop = Task.Run(ServeAsync);
    }

    public Uri Address { get; }

    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Whether it answers a request for a part of a file with that part.</summary>
    public bool KnowsRanges { get; init; } = true;

    /// <summary>Whether it says how long a file is.</summary>
    public bool TellsLength { get; init; } = true;

    /// <summary>The status of all answers in place of files, if any.</summary>
    public int? Status { get; set; }

    /// <summary>After how many bytes it cuts the connection, for each answer to come; without an entry it doesn't.</summary>
    public ConcurrentQueue<int> Cuts { get; } = new();

    /// <summary>Whether it stays silent after the first half of a file.</summary>
    public bool Stalls { get; set; }

    /// <summary>The requests so far: the name of the file, and where it was asked to begin.</summary>
    public ConcurrentQueue<(string Name, long From)> Requests { get; } = new();

    /// <summary>An address at which nothing listens.</summary>
    public static Uri Nowhere()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return new($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}/");
    }

    public void Dispose()
    {
        listener.Close();
        loop.Wait(TimeSpan.FromSeconds(5));
    }

    private static (HttpListener Listener, Uri Address) Listen()
    {
        while (true)
        {
            var address = Nowhere();
            var listener = new HttpListener();
            listener.Prefixes.Add(address.ToString());
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException)
            {
                // Another program took the port since it was found free.
                listener.Close();
            }
        }
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception end) when (end is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            _ = Task.Run(() => AnswerAsync(context));
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var response = context.Response;
        try
        {
            var name = context.Request.Url!.AbsolutePath.TrimStart('/');
            var range = context.Request.Headers["Range"];
            var from = range is null ? 0 : long.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
            Requests.Enqueue((name, from));

            if (Status is not null || !Files.TryGetValue(name, out var file))
            {
                response.StatusCode = Status ?? 404;
                response.Close();
                return;
            }
            if (!KnowsRanges) from = 0;
            if (from > 0 && from >= file.Length)
            {
                response.StatusCode = 416;
                response.Close();
                return;
            }
            if (range is not null && KnowsRanges)
            {
                response.StatusCode = 206;
                response.Headers["Content-Range"] = $"bytes {from}-{file.Length - 1}/{file.Length}";
            }
            await SendAsync(response, file.AsMemory((int)from));
        }
        catch (Exception end) when (end is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The client has hung up, as some tests want it to.
        }
    }

    private async Task SendAsync(HttpListenerResponse response, ReadOnlyMemory<byte> rest)
    {
        if (TellsLength) response.ContentLength64 = rest.Length;
        else response.SendChunked = true;

        var cut = Cuts.TryDequeue(out var after) ? Math.Min(after, rest.Length) : Stalls ? rest.Length / 2 : rest.Length;
        await response.OutputStream.WriteAsync(rest[..cut]);
        await response.OutputStream.FlushAsync();
        if (cut == rest.Length)
        {
            response.Close();
            return;
        }
        // The time lets the bytes arrive before the connection breaks, or stays silent.
        await Task.Delay(TimeSpan.FromMilliseconds(Stalls ? 20_000 : 100));
        response.Abort();
    }
}
