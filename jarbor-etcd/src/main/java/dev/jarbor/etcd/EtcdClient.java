package dev.jarbor.etcd;

import dev.jarbor.etcd.proto.CompactionRequest;
import dev.jarbor.etcd.proto.RangeRequest;
import dev.jarbor.etcd.proto.RangeResponse;
import dev.jarbor.etcd.proto.StatusRequest;
import dev.jarbor.etcd.proto.StatusResponse;
import dev.jarbor.etcd.proto.TxnRequest;
import dev.jarbor.etcd.proto.TxnResponse;
import dev.jarbor.etcd.proto.WatchRequest;
import dev.jarbor.etcd.proto.WatchResponse;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.StoreException;
import dev.jarbor.store.StoreObserver;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Calls etcd: whichever member answers. What only reads is asked of one member after another until the time is over; what
 * changes something is asked again only where it surely was not done.
 */
final class EtcdClient implements AutoCloseable {
    /** How long one member has to answer a read of one key before the next is asked. */
    private static final Duration READ = Duration.ofSeconds(1);
    /** A page of many may be large and take longer: how often there is time for it. */
    private static final int PAGE_TRIES = 3;
    /** Between two rounds through the members. */
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final EtcdSettings settings;
    private final Runtime runtime;
    private final List<StoreObserver> observers;
    private final Members members;
    private final Session session;

    EtcdClient(EtcdSettings settings, Runtime runtime) {
        this(
                settings,
                runtime,
                new CopyOnWriteArrayList<>(),
                new Members(settings, runtime),
                new Session(settings.login()));
    }

    private EtcdClient(
            EtcdSettings settings, Runtime runtime, List<StoreObserver> observers, Members members, Session session) {
        this.settings = settings;
        this.runtime = runtime;
        this.observers = observers;
        this.members = members;
        this.session = session;
    }

    /** The same connections for what may take that long, or longer if the settings say so; not to be closed. */
    EtcdClient within(Duration timeout) {
        Duration longer = timeout.compareTo(settings.timeout()) > 0 ? timeout : settings.timeout();
        return new EtcdClient(settings.withTimeout(longer), runtime, observers, members, session);
    }

    void observe(StoreObserver observer) {
        observers.add(observer);
    }

    /** @throws StoreException when no member answers, or etcd refuses */
    RangeResponse read(String operation, String resource, RangeRequest request) {
        Duration patience =
                request.getRangeEnd().isEmpty() ? READ : settings.timeout().dividedBy(PAGE_TRIES);
        return timed(operation, resource, () -> call(EtcdMethods.RANGE, request, true, patience));
    }

    /** @throws StoreException when nothing was done, or nobody can tell */
    TxnResponse commit(String operation, String resource, TxnRequest request) {
        return timed(operation, resource, () -> call(EtcdMethods.TXN, request, false, settings.timeout()));
    }

    /** Forgets history before {@code revision}, which may be forgotten already. */
    void compact(long revision) {
        CompactionRequest request =
                CompactionRequest.newBuilder().setRevision(revision).build();
        try {
            timed("compact", "", () -> call(EtcdMethods.COMPACT, request, true, READ));
        } catch (StoreException refused) {
            if (!(refused.getCause() instanceof StatusRuntimeException failed) || Fault.of(failed) != Fault.COMPACTED) {
                throw refused;
            }
        }
    }

    StatusResponse status() {
        return timed("status", "", () -> call(EtcdMethods.STATUS, StatusRequest.getDefaultInstance(), true, READ));
    }

    /** A watch at the member that is preferred now; the caller tells, with {@link Stream#failed}, when it fails. */
    Stream watch(WatchRequest request) {
        Members.Member member = members.preferred();
        String token = session.token();
        BlockingClientCall<WatchRequest, WatchResponse> call = ClientCalls.blockingBidiStreamingCall(
                session.with(member.channel(), token), EtcdMethods.WATCH, CallOptions.DEFAULT);
        try {
            call.write(request);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (StatusException broken) {
            // reading says it again
        }
        return new Stream(call, member, token);
    }

    /** A running watch. */
    final class Stream {
        private final BlockingClientCall<WatchRequest, WatchResponse> call;
        private final Members.Member member;
        private final String token;

        private Stream(BlockingClientCall<WatchRequest, WatchResponse> call, Members.Member member, String token) {
            this.call = call;
            this.member = member;
            this.token = token;
        }

        /**
         * Waits for the next response.
         *
         * @throws StatusRuntimeException when there is none any more
         */
        WatchResponse next() {
            try {
                WatchResponse response = call.read();
                if (response == null) {
                    throw Status.UNAVAILABLE
                            .withDescription("the watch has ended")
                            .asRuntimeException();
                }
                return response;
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw Status.CANCELLED.withCause(interrupted).asRuntimeException();
            } catch (StatusException failed) {
                throw new StatusRuntimeException(failed.getStatus(), failed.getTrailers());
            }
        }

        void cancel() {
            call.cancel("not needed any more", null);
        }

        /** The next watch, and all calls, go to another member. */
        void failed() {
            cancel();
            members.avoid(member);
        }

        /** etcd does not know the token that the watch was made with. */
        void loggedOut() {
            cancel();
            session.renew(token, member.channel());
        }
    }

    private interface Work<T> {
        T run();
    }

    private <T> T timed(String operation, String resource, Work<T> work) {
        long begun = runtime.nanoTime();
        boolean failed = true;
        try {
            T answer = work.run();
            failed = false;
            return answer;
        } finally {
            var took = Duration.ofNanos(runtime.nanoTime() - begun);
            for (StoreObserver observer : observers) {
                observer.requested(operation, resource, took, failed);
            }
        }
    }

    /** @param longest how long one member may take */
    private <A, B> B call(MethodDescriptor<A, B> method, A request, boolean reads, Duration longest) {
        long end = runtime.nanoTime() + settings.timeout().toNanos();
        for (int attempt = 1; ; attempt++) {
            Members.Member member = members.preferred();
            String token = session.token();
            try {
                if (session.needsLogin()) {
                    session.renew(token, member.channel());
                    token = session.token();
                }
                return once(method, request, session.with(member.channel(), token), patience(end, longest));
            } catch (StatusRuntimeException failed) {
                Fault fault = Fault.of(failed);
                boolean again = fault.passing() && (reads || fault.surelyNotDone());
                if (!again || runtime.nanoTime() + PAUSE.toNanos() >= end) {
                    if (fault == Fault.TIMED_OUT) {
                        members.avoid(member);
                    }
                    throw Fault.exception(failed);
                }
                settle(fault, member, token, attempt);
            }
        }
    }

    private Duration patience(long end, Duration longest) {
        Duration left = Duration.ofNanos(end - runtime.nanoTime());
        return left.compareTo(longest) > 0 ? longest : left;
    }

    private static <A, B> B once(MethodDescriptor<A, B> method, A request, Channel channel, Duration patience) {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS);
        return ClientCalls.blockingUnaryCall(channel, method, options, request);
    }

    /** Makes ready for another try. */
    private void settle(Fault fault, Members.Member member, String token, int attempt) {
        if (fault == Fault.LOGGED_OUT) {
            try {
                session.renew(token, member.channel());
            } catch (StatusRuntimeException refused) {
                if (!Fault.of(refused).passing()) {
                    throw Fault.exception(refused);
                }
                members.avoid(member);
            }
            return;
        }
        members.avoid(member);
        if (attempt % members.count() == 0) {
            pause(PAUSE);
        }
    }

    /** Waits; shorter when interrupted. */
    void pause(Duration time) {
        var over = new CountDownLatch(1);
        runtime.schedule("etcd pause", time, over::countDown);
        try {
            over.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreException(StoreException.Outcome.NOT_DONE, "interrupted", interrupted);
        }
    }

    @Override
    public void close() {
        members.close();
    }
}
